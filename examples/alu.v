// An arithmetic and logic unit: signed operands, eight operations, flags. Compile it with `remanence cram compile`.
module alu (
    input  signed [7:0] a,
    input  signed [7:0] b,
    input         [2:0] operation,
    output reg signed [8:0] result,
    output              zero
);
  always @*
    case (operation)
      3'd0: result = a + b;
      3'd1: result = a - b;
      3'd2: result = a & b;
      3'd3: result = a | b;
      3'd4: result = a ^ b;
      3'd5: result = (a < b) ? a : b;
      3'd6: result = a >>> b[2:0];
      default: result = -a;
    endcase
  assign zero = result == 0;
endmodule
