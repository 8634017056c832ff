"""Names that a simulator can read."""

from __future__ import annotations

import re

from remanence.core.errors import InputError

_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,62}")
_WORDS = """
above abs ac_stim acos acosh always analog analysis and asin asinh assign atan atan2 atanh begin branch buf
case casex casez ceil connectrules cos cosh cross ddt ddx deassign default defparam delay disable discipline
driver_update edge electrical else end endcase endconnectrules enddiscipline endfunction endmodule endnature
endparamset endprimitive endspecify endtable endtask event exclude exp final_step flicker_noise floor flow for
force forever fork from function generate genvar ground hypot idt idtmod if inf initial initial_step inout
input integer join laplace_nd laplace_np laplace_zd laplace_zp large last_crossing limexp ln localparam log
max medium min module nand nature negedge net_resolution nmos noise_table nor not notif0 notif1 or output
parameter paramset pmos posedge potential pow primitive pull0 pull1 rcmos real realtime reg release repeat
rnmos rpmos rtran scalared sin sinh slew small specify specparam sqrt string strong0 strong1 supply0 supply1
table tan tanh task time timer tran transition tri tri0 tri1 triand trior trireg vectored wait wand weak0
weak1 while white_noise wire wor wreal xnor xor zi_nd zi_np zi_zd zi_zp
"""
RESERVED = frozenset(_WORDS.split())
"""Words of Verilog-AMS that no module may be called; refused in SPICE too, so that one name serves both."""


def check_identifier(name: str, subject: str) -> str:
    """Return ``name`` if SPICE and Verilog-A can read it.

    Raises:
        InputError: it does not start with a letter, holds anything but letters, digits and underscores, is longer than
            63 characters, or is a word of the language.
    """
    if not isinstance(name, str) or _IDENTIFIER.fullmatch(name) is None:
        raise InputError(
            subject, name, "must be a letter followed by at most 62 letters, digits or underscores", "Rename it."
        )
    if name.lower() in RESERVED:
        raise InputError(subject, name, "is a word of Verilog-A", "Rename it.")
    return name
