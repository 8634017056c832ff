	.file	"<string>"
	.section	.rodata.cst8,"aM",@progbits,8
	.p2align	3, 0x0
.LCPI0_0:
	.quad	8
.LCPI0_2:
	.quad	3528531795
.LCPI0_3:
	.long	4294967295
	.long	0
.LCPI0_4:
	.quad	3449720151
.LCPI0_5:
	.quad	16
	.section	.rodata,"a",@progbits
	.p2align	6, 0x0
.LCPI0_1:
	.quad	0
	.quad	1
	.quad	2
	.quad	3
	.quad	4
	.quad	5
	.quad	6
	.quad	7
	.section	.rodata.cst4,"aM",@progbits,4
	.p2align	2, 0x0
.LCPI0_6:
	.long	3528531795
.LCPI0_8:
	.long	0x3f000000
.LCPI0_9:
	.long	3234528013
.LCPI0_10:
	.long	4286578688
.LCPI0_11:
	.long	0xbf800000
.LCPI0_12:
	.long	0x3e548e59
.LCPI0_13:
	.long	0xbea74d78
.LCPI0_14:
	.long	0x3eb04158
.LCPI0_15:
	.long	0xbecb9d55
.LCPI0_16:
	.long	0x3effb572
.LCPI0_17:
	.long	0xbf2aada6
.LCPI0_18:
	.long	0x3f80003a
.LCPI0_19:
	.long	0xbfffffff
.LCPI0_20:
	.long	4294967264
.LCPI0_21:
	.long	0x3fb17218
.LCPI0_22:
	.long	0x30000000
.LCPI0_23:
	.long	0x391f0be5
.LCPI0_24:
	.long	0xbb9929ad
.LCPI0_25:
	.long	0x3da33479
.LCPI0_26:
	.long	0xbf255de2
.LCPI0_27:
	.long	0x3fc90fdb
.LCPI0_28:
	.long	0x3a60f833
.LCPI0_29:
	.long	0xbcaa7b0d
.LCPI0_30:
	.long	0x3e81de83
.LCPI0_31:
	.long	0xbf9de9d3
.LCPI0_32:
	.long	0x3f7fffff
.LCPI0_33:
	.long	0x7fffffff
.LCPI0_34:
	.long	0x3f800000
.LCPI0_35:
	.long	2147483648
.LCPI0_36:
	.long	0xbd800000
.LCPI0_37:
	.long	0x3f400000
	.section	.rodata.cst32,"aM",@progbits,32
	.p2align	5, 0x0
.LCPI0_7:
	.long	1
	.long	9
	.long	3
	.long	11
	.long	5
	.long	13
	.long	7
	.long	15
	.section	.ltext,"axl",@progbits
	.globl	_ZN8__main__3runB2v1B78c8tJTIeFIjxB2IKSgI4CrvSCKg1MMbCQQPKkLTj8gEEF9aYtuj_2br1UFS6rWawKAughmJlMbAIpoAE5ArrayIfLi3E1C7mutable7alignedE5ArrayIfLi3E1C7mutable7alignedE5ArrayIfLi1E1C7mutable7alignedEjjx5ArrayIfLi2E1C7mutable7alignedEb
	.p2align	4
	.type	_ZN8__main__3runB2v1B78c8tJTIeFIjxB2IKSgI4CrvSCKg1MMbCQQPKkLTj8gEEF9aYtuj_2br1UFS6rWawKAughmJlMbAIpoAE5ArrayIfLi3E1C7mutable7alignedE5ArrayIfLi3E1C7mutable7alignedE5ArrayIfLi1E1C7mutable7alignedEjjx5ArrayIfLi2E1C7mutable7alignedEb,@function
_ZN8__main__3runB2v1B78c8tJTIeFIjxB2IKSgI4CrvSCKg1MMbCQQPKkLTj8gEEF9aYtuj_2br1UFS6rWawKAughmJlMbAIpoAE5ArrayIfLi3E1C7mutable7alignedE5ArrayIfLi3E1C7mutable7alignedE5ArrayIfLi1E1C7mutable7alignedEjjx5ArrayIfLi2E1C7mutable7alignedEb:
	.cfi_startproc
	pushq	%rbp
	.cfi_def_cfa_offset 16
	pushq	%r15
	.cfi_def_cfa_offset 24
	pushq	%r14
	.cfi_def_cfa_offset 32
	pushq	%r13
	.cfi_def_cfa_offset 40
	pushq	%r12
	.cfi_def_cfa_offset 48
	pushq	%rbx
	.cfi_def_cfa_offset 56
	subq	$888, %rsp
	.cfi_def_cfa_offset 944
	.cfi_offset %rbx, -56
	.cfi_offset %r12, -48
	.cfi_offset %r13, -40
	.cfi_offset %r14, -32
	.cfi_offset %r15, -24
	.cfi_offset %rbp, -16
	movq	1168(%rsp), %r12
	movq	1088(%rsp), %rbx
	movq	1000(%rsp), %rbp
	movabsq	$NRT_incref, %r14
	movq	%rdi, %r15
	movq	%rdx, %rdi
	movq	%rdx, %r13
	movq	%rsi, 48(%rsp)
	callq	*%r14
	movq	%rbp, %rdi
	callq	*%r14
	movq	%rbx, %rdi
	callq	*%r14
	movq	%r12, %rdi
	callq	*%r14
	movabsq	$NRT_MemInfo_alloc_aligned, %r14
	movl	$8192, %edi
	movl	$32, %esi
	callq	*%r14
	testq	%rax, %rax
	je	.LBB0_9
	movq	%rax, %rbx
	movq	24(%rax), %rax
	movl	$2048, %edi
	movl	$32, %esi
	movq	%rax, 16(%rsp)
	callq	*%r14
	testq	%rax, %rax
	je	.LBB0_9
	movq	24(%rax), %r12
	movl	$2048, %edi
	movl	$32, %esi
	movq	%rax, %rbp
	callq	*%r14
	testq	%rax, %rax
	je	.LBB0_11
	movq	%rbp, 432(%rsp)
	movq	24(%rax), %rbp
	movl	$4096, %edi
	movl	$32, %esi
	movq	%r13, 440(%rsp)
	movq	%r15, 448(%rsp)
	movq	%rax, 424(%rsp)
	callq	*%r14
	movq	%rax, 176(%rsp)
	testq	%rax, %rax
	je	.LBB0_4
	cmpq	$0, 952(%rsp)
	movq	16(%rsp), %rsi
	movq	%rbx, 416(%rsp)
	jle	.LBB0_44
	movq	1128(%rsp), %rdx
	movq	1056(%rsp), %r11
	movq	968(%rsp), %r10
	movq	1216(%rsp), %r9
	movq	1048(%rsp), %rax
	movq	960(%rsp), %rcx
	movl	1144(%rsp), %r8d
	leaq	4608(%rsi), %r14
	vxorps	%xmm27, %xmm27, %xmm27
	vxorps	%xmm31, %xmm31, %xmm31
	movq	%r14, 32(%rsp)
	sarq	%rdx
	movq	%r11, %rdi
	shlq	$4, %rdi
	addq	1032(%rsp), %rdi
	movq	%r10, %r15
	movq	%r11, %r13
	imulq	%rcx, %r15
	imulq	%rax, %r13
	movq	%rdx, 304(%rsp)
	movq	952(%rsp), %rdx
	movq	%r15, 456(%rsp)
	movq	%rdi, (%rsp)
	leaq	-1(%rdx), %rdi
	movq	%r15, %rdx
	imulq	%rdi, %r9
	imulq	%rdi, %rdx
	imulq	%rdi, %rcx
	imulq	%rdi, %rax
	movq	%r9, 96(%rsp)
	leaq	(,%r13,4), %r9
	imulq	%rdi, %r13
	movl	%r8d, %edi
	movq	%rdi, 488(%rsp)
	leal	-1640531527(%r8), %edi
	movq	%rdi, 296(%rsp)
	leal	1013904242(%r8), %edi
	movl	%edi, 108(%rsp)
	leal	-626627285(%r8), %edi
	movq	%r9, 200(%rsp)
	leaq	12(,%rax,4), %r9
	movq	%rdi, 408(%rsp)
	leal	2027808484(%r8), %edi
	movq	%rdi, 400(%rsp)
	leal	387276957(%r8), %edi
	imulq	%r11, %r9
	movq	%rdi, 392(%rsp)
	leal	-1253254570(%r8), %edi
	movq	%rdi, 384(%rsp)
	leal	1401181199(%r8), %edi
	movq	%rdi, 376(%rsp)
	leal	-239350328(%r8), %edi
	addl	$-1879881855, %r8d
	movq	%rdi, 368(%rsp)
	movq	944(%rsp), %rdi
	movq	%r8, 48(%rsp)
	leaq	4(,%rcx,4), %r8
	imulq	%r10, %r8
	leaq	512(%rdi,%rdx,4), %rdx
	movl	1152(%rsp), %edi
	movq	%rdx, 128(%rsp)
	movl	%edi, %edx
	movq	%rdx, 240(%rsp)
	leal	-1150833019(%rdi), %edx
	movq	%rdx, 480(%rsp)
	leal	1993301258(%rdi), %edx
	movq	%rdx, 472(%rsp)
	leal	842468239(%rdi), %edx
	movq	%rdx, 352(%rsp)
	leal	-308364780(%rdi), %edx
	movq	%rdx, 344(%rsp)
	leal	-1459197799(%rdi), %edx
	movq	%rdx, 336(%rsp)
	leal	1684936478(%rdi), %edx
	movq	%rdx, 328(%rsp)
	leal	534103459(%rdi), %edx
	movq	%rdx, 320(%rsp)
	leal	-616729560(%rdi), %edx
	addl	$-1767562579, %edi
	movq	%rdx, 312(%rsp)
	movq	%rdi, 360(%rsp)
	leaq	16(,%rax,4), %rdi
	movq	%r10, %rdx
	leaq	8(,%rcx,4), %r10
	leaq	8(,%rax,4), %rcx
	leaq	4(,%rax,4), %rax
	imulq	%r11, %rax
	imulq	%r11, %rcx
	imulq	%r11, %rdi
	movq	944(%rsp), %r11
	imulq	%rdx, %r10
	movq	%rsi, %rdx
	movq	%rax, 40(%rsp)
	movq	176(%rsp), %rax
	movq	%rcx, 496(%rsp)
	movq	24(%rax), %rcx
	leaq	3072(%rcx), %rax
	cmpq	%rax, %rsi
	leaq	512(%r11,%r8), %rsi
	leaq	512(%r11,%r10), %r8
	movq	968(%rsp), %r10
	setb	%bl
	cmpq	%r14, %rcx
	setb	%al
	movq	%r8, 120(%rsp)
	movq	%rsi, 112(%rsp)
	andb	%bl, %al
	cmpq	%r8, %rdx
	setb	%bl
	leaq	(%r11,%r10,8), %r8
	movb	%bl, 72(%rsp)
	cmpq	%r14, %r8
	movq	%r8, 144(%rsp)
	movl	%ebx, %r8d
	movq	944(%rsp), %rbx
	setb	%r11b
	movb	%r11b, 76(%rsp)
	andb	%r11b, %r8b
	leaq	(,%r15,4), %r11
	testq	%r11, %r11
	movq	%r11, 192(%rsp)
	sets	%r11b
	orb	%r11b, %al
	movb	%r11b, 28(%rsp)
	orb	%r8b, %al
	cmpq	%rsi, %rdx
	leaq	(%rbx,%r10,4), %rsi
	setb	%r8b
	cmpq	%r14, %rsi
	movb	%r8b, 64(%rsp)
	movq	%rsi, 136(%rsp)
	setb	%r10b
	movb	%r10b, 68(%rsp)
	andb	%r10b, %r8b
	movq	128(%rsp), %r10
	cmpq	%r10, %rdx
	setb	%r15b
	cmpq	%r14, %rbx
	movq	1056(%rsp), %rbx
	setb	%sil
	movb	%r15b, 56(%rsp)
	andb	%sil, %r15b
	movb	%sil, 60(%rsp)
	movq	1032(%rsp), %rsi
	orb	%r8b, %r15b
	orb	%al, %r15b
	leaq	512(%rsi,%rdi), %rdx
	leaq	512(%rsi,%r9), %r9
	cmpq	%rdx, 16(%rsp)
	movq	%rdx, 88(%rsp)
	movq	%r9, 152(%rsp)
	setb	%dil
	cmpq	%r14, (%rsp)
	setb	%al
	andb	%dil, %al
	cmpq	$0, 200(%rsp)
	leaq	(%rbx,%rbx,2), %rdi
	leaq	(%rsi,%rdi,4), %rdx
	movq	%rsi, %rdi
	movq	%rdx, 80(%rsp)
	sets	%r8b
	orb	%r8b, %al
	cmpq	%r9, 16(%rsp)
	leaq	(%rdi,%rbx,8), %r9
	movq	%r9, 560(%rsp)
	setb	%sil
	cmpq	%r14, %rdx
	setb	%dl
	andb	%sil, %dl
	movq	496(%rsp), %rsi
	orb	%al, %dl
	orb	%r15b, %dl
	leaq	512(%rdi,%rsi), %rsi
	cmpq	%rsi, 16(%rsp)
	movq	%rsi, 624(%rsp)
	setb	%sil
	cmpq	%r14, %r9
	leaq	(%rdi,%rbx,4), %r9
	movq	112(%rsp), %rbx
	setb	%r15b
	andb	%sil, %r15b
	movq	40(%rsp), %rsi
	movq	%r9, 496(%rsp)
	leaq	512(%rdi,%rsi), %rsi
	cmpq	%rsi, 16(%rsp)
	movq	%rsi, 40(%rsp)
	setb	%sil
	cmpq	%r14, %r9
	setb	%al
	andb	%sil, %al
	leaq	512(%rdi,%r13,4), %rsi
	movq	120(%rsp), %r13
	orb	%r15b, %al
	cmpq	%rsi, 16(%rsp)
	setb	%r15b
	cmpq	%r14, %rdi
	leaq	3072(%rcx), %rdi
	setb	%r9b
	andb	%r15b, %r9b
	orb	%al, %r9b
	cmpq	%r13, %rcx
	setb	%al
	cmpq	%rdi, 144(%rsp)
	setb	%r15b
	andb	%al, %r15b
	orb	%r11b, %r15b
	movq	136(%rsp), %r11
	orb	%r9b, %r15b
	orb	%dl, %r15b
	cmpq	%rbx, %rcx
	setb	%al
	cmpq	%rdi, %r11
	setb	%dl
	andb	%al, %dl
	cmpq	%r10, %rcx
	movq	%rdi, %r10
	setb	%al
	cmpq	%rdi, 944(%rsp)
	setb	%r9b
	andb	%al, %r9b
	orb	%dl, %r9b
	cmpq	88(%rsp), %rcx
	setb	%al
	cmpq	%rdi, (%rsp)
	setb	%dl
	andb	%al, %dl
	orb	%r8b, %dl
	orb	%r9b, %dl
	cmpq	152(%rsp), %rcx
	setb	%al
	cmpq	%rdi, 80(%rsp)
	setb	%r8b
	andb	%al, %r8b
	orb	%dl, %r8b
	cmpq	624(%rsp), %rcx
	setb	%al
	cmpq	%rdi, 560(%rsp)
	setb	%dl
	andb	%al, %dl
	orb	%r8b, %dl
	orb	%r15b, %dl
	cmpq	40(%rsp), %rcx
	movq	16(%rsp), %r15
	setb	%al
	cmpq	%rdi, 496(%rsp)
	leaq	1024(%r15), %r8
	setb	%dil
	andb	%al, %dil
	cmpq	%rsi, %rcx
	setb	%al
	cmpq	%r10, 1032(%rsp)
	setb	%sil
	andb	%al, %sil
	orb	%dil, %sil
	orb	%dl, %sil
	cmpq	%r10, %rbp
	leaq	2048(%rbp), %rdx
	movq	944(%rsp), %r10
	setb	%al
	cmpq	%rdx, %rcx
	movb	%sil, 12(%rsp)
	setb	%sil
	andb	%al, %sil
	cmpq	%rdx, %r12
	leaq	2048(%r12), %rdx
	setb	%al
	cmpq	%rdx, %rbp
	movb	%sil, 152(%rsp)
	setb	%sil
	andb	%al, %sil
	leaq	1024(%r12), %rax
	cmpq	%rax, %r15
	movb	%sil, 15(%rsp)
	setb	%sil
	cmpq	%r14, %r12
	setb	%dil
	andb	%sil, %dil
	cmpq	%rdx, %r15
	movq	128(%rsp), %rsi
	setb	%dl
	cmpq	%r14, %rax
	movb	%dil, 14(%rsp)
	movq	1200(%rsp), %rdi
	setb	%al
	andb	%dl, %al
	cmpq	%rbx, %r10
	movq	144(%rsp), %rbx
	movb	%al, 13(%rsp)
	setb	%al
	cmpq	%rsi, %r11
	setb	%dl
	andb	%al, %dl
	cmpq	%r13, %r10
	movzbl	28(%rsp), %r13d
	setb	%al
	cmpq	%rsi, %rbx
	setb	%r9b
	andb	%al, %r9b
	movq	96(%rsp), %rax
	orb	%r13b, %r9b
	leaq	512(%rdi,%rax,4), %r14
	cmpq	%r14, %r10
	movq	%r14, 96(%rsp)
	setb	%al
	cmpq	%rsi, %rdi
	setb	%dil
	andb	%al, %dil
	movq	1216(%rsp), %rax
	leaq	(,%rax,4), %rax
	movq	%rax, 184(%rsp)
	orq	192(%rsp), %rax
	sets	%al
	orb	%al, %dil
	movb	%al, (%rsp)
	orb	%dl, %dil
	movq	%r10, %rdx
	orb	%r9b, %dil
	leaq	512(%r15), %r9
	cmpq	%r9, %r10
	setb	%al
	andb	56(%rsp), %al
	cmpq	%r8, %r10
	setb	%r10b
	cmpq	%rsi, %r9
	movq	%rbx, %r9
	setb	%r11b
	andb	%r10b, %r11b
	orb	%al, %r11b
	leaq	1536(%r15), %rax
	cmpq	%rax, %rdx
	movq	112(%rsp), %rdx
	setb	%al
	cmpq	%rsi, %r8
	movq	120(%rsp), %r8
	setb	%r10b
	andb	%al, %r10b
	leaq	4096(%r15), %rax
	orb	%r11b, %r10b
	cmpq	%rsi, %rax
	movq	136(%rsp), %rsi
	setb	%r11b
	andb	60(%rsp), %r11b
	orb	%r10b, %r11b
	cmpq	%r8, %rsi
	setb	%r10b
	cmpq	%rdx, %rbx
	setb	%bl
	andb	%r10b, %bl
	orb	%r11b, %bl
	cmpq	%r14, %rsi
	movzbl	(%rsp), %r14d
	setb	%r11b
	cmpq	%rdx, 1200(%rsp)
	setb	%r10b
	andb	%r11b, %r10b
	movq	%rsi, %r11
	orb	%r14b, %r10b
	orb	%bl, %r10b
	leaq	512(%r15), %rbx
	orb	%dil, %r10b
	cmpq	%rbx, %rsi
	leaq	1024(%r15), %rsi
	setb	%dil
	andb	64(%rsp), %dil
	orb	%r13b, %dil
	cmpq	%rsi, %r11
	movq	%r11, %r13
	setb	%r11b
	cmpq	%rdx, %rbx
	setb	%bl
	andb	%r11b, %bl
	orb	%dil, %bl
	leaq	1536(%r15), %rdi
	cmpq	%rdi, %r13
	movq	96(%rsp), %r13
	setb	%r11b
	cmpq	%rdx, %rsi
	movq	%r8, %rsi
	setb	%dil
	andb	%r11b, %dil
	orb	%bl, %dil
	orb	%r10b, %dil
	cmpq	%rdx, %rax
	movq	1200(%rsp), %rdx
	setb	%r10b
	andb	68(%rsp), %r10b
	cmpq	%r13, %r9
	setb	%r11b
	cmpq	%r8, %rdx
	leaq	512(%r15), %r8
	setb	%bl
	andb	%r11b, %bl
	orb	%r14b, %bl
	leaq	1024(%r15), %r14
	orb	%r10b, %bl
	cmpq	%r8, %r9
	setb	%r10b
	andb	72(%rsp), %r10b
	orb	%bl, %r10b
	cmpq	%r14, %r9
	movq	%rsi, %rbx
	setb	%r11b
	cmpq	%rsi, %r8
	leaq	1536(%r15), %r8
	setb	%sil
	andb	%r11b, %sil
	orb	%r10b, %sil
	orb	%dil, %sil
	cmpq	%r8, %r9
	leaq	512(%r15), %r9
	setb	%dil
	cmpq	%rbx, %r14
	setb	%r10b
	andb	%dil, %r10b
	cmpq	%rbx, %rax
	setb	%dil
	andb	76(%rsp), %dil
	orb	28(%rsp), %dil
	orb	%r10b, %dil
	cmpq	%r9, %rdx
	setb	%r10b
	cmpq	%r13, %r15
	setb	%r11b
	andb	%r10b, %r11b
	cmpq	$0, 184(%rsp)
	sets	%r10b
	orb	%r11b, %r10b
	movq	%rdx, %r11
	orb	%dil, %r10b
	cmpq	%r14, %rdx
	setb	%dil
	cmpq	%r13, %r9
	setb	%r9b
	andb	%dil, %r9b
	orb	%r10b, %r9b
	cmpq	%r8, %rdx
	movq	944(%rsp), %r10
	setb	%dil
	cmpq	%r13, %r14
	movl	108(%rsp), %r14d
	setb	%dl
	andb	%dil, %dl
	orb	%r9b, %dl
	orb	%sil, %dl
	cmpq	32(%rsp), %r11
	leaq	28(%r11), %r11
	vpbroadcastd	%r14d, %ymm30
	setb	%sil
	cmpq	%r13, %rax
	setb	%dil
	xorl	%ebx, %ebx
	andb	%sil, %dil
	movq	408(%rsp), %rsi
	orb	%dl, %dil
	movabsq	$.LCPI0_11, %rdx
	movb	%dil, 11(%rsp)
	movq	240(%rsp), %rdi
	vmovss	(%rdx), %xmm1
	movabsq	$.LCPI0_13, %rdx
	vmovss	(%rdx), %xmm2
	movabsq	$.LCPI0_12, %rdx
	vpbroadcastq	%rsi, %zmm3
	movq	344(%rsp), %rsi
	vmovdqu64	%zmm3, 496(%rsp)
	vpbroadcastq	%rdi, %zmm29
	movq	352(%rsp), %rdi
	vpbroadcastq	%rsi, %zmm5
	movq	392(%rsp), %rsi
	vmovss	%xmm1, 168(%rsp)
	vmovss	(%rdx), %xmm1
	movabsq	$.LCPI0_14, %rdx
	vmovss	%xmm2, 164(%rsp)
	vmovss	(%rdx), %xmm2
	movabsq	$.LCPI0_15, %rdx
	vmovdqu64	%zmm5, 560(%rsp)
	vpbroadcastq	%rdi, %zmm4
	movq	400(%rsp), %rdi
	vmovdqu64	%zmm4, 624(%rsp)
	vpbroadcastq	%rsi, %zmm7
	movq	328(%rsp), %rsi
	vmovdqu64	%zmm7, 752(%rsp)
	vpbroadcastq	%rdi, %zmm6
	movq	336(%rsp), %rdi
	vmovss	%xmm1, 28(%rsp)
	vmovss	(%rdx), %xmm1
	movabsq	$.LCPI0_16, %rdx
	vmovdqu64	%zmm6, 816(%rsp)
	vmovss	%xmm2, 128(%rsp)
	vmovss	(%rdx), %xmm2
	movabsq	$.LCPI0_17, %rdx
	vpbroadcastq	%rsi, %zmm8
	movq	376(%rsp), %rsi
	vpbroadcastq	%rdi, %zmm26
	movq	384(%rsp), %rdi
	vmovdqu64	%zmm26, 688(%rsp)
	vpbroadcastq	%rsi, %zmm10
	movq	312(%rsp), %rsi
	vmovss	%xmm1, 120(%rsp)
	vmovss	(%rdx), %xmm1
	movabsq	$.LCPI0_18, %rdx
	vpbroadcastq	%rdi, %zmm9
	movq	320(%rsp), %rdi
	vmovss	%xmm2, 112(%rsp)
	vmovss	(%rdx), %xmm2
	movabsq	$.LCPI0_19, %rdx
	vpbroadcastq	%rsi, %zmm12
	movq	48(%rsp), %rsi
	vpbroadcastq	%rdi, %zmm11
	movq	368(%rsp), %rdi
	vmovss	%xmm1, 76(%rsp)
	vmovss	(%rdx), %xmm1
	movabsq	$.LCPI0_21, %rdx
	vpbroadcastq	%rsi, %zmm14
	movq	968(%rsp), %rsi
	vmovss	%xmm2, 72(%rsp)
	vmovss	(%rdx), %xmm2
	movabsq	$.LCPI0_22, %rdx
	vpbroadcastq	%rdi, %zmm13
	leaq	32(%r10,%rsi,4), %rdi
	leaq	32(%r10,%rsi,8), %r8
	leaq	4(%r10,%rsi,4), %r9
	movq	%rdi, 280(%rsp)
	movq	360(%rsp), %rdi
	vmovss	%xmm1, 96(%rsp)
	vmovss	(%rdx), %xmm1
	movq	%r8, 272(%rsp)
	movabsq	$.LCPI0_24, %rdx
	movq	%r9, 88(%rsp)
	movl	$3449720151, %r9d
	vmovss	%xmm2, 68(%rsp)
	vmovd	(%rdx), %xmm2
	movabsq	$.LCPI0_23, %rdx
	vpbroadcastq	%rdi, %zmm15
	movq	1032(%rsp), %rdi
	vmovss	%xmm1, 64(%rsp)
	vmovd	(%rdx), %xmm1
	movq	1160(%rsp), %rdx
	vmovd	%xmm2, 60(%rsp)
	leaq	32(%rdi), %r8
	addq	$4, %rdi
	movq	%r8, 264(%rsp)
	leaq	4(%r10,%rsi,8), %r8
	movq	%rdi, 288(%rsp)
	leaq	28(%r10,%rsi,4), %rdi
	movq	%r8, 40(%rsp)
	leaq	28(%r10,%rsi,8), %r8
	movabsq	$.LCPI0_8, %rsi
	movq	%rdx, 248(%rsp)
	vmovd	(%rsi), %xmm0
	leaq	32(%r10), %rsi
	movq	%rsi, 256(%rsp)
	movq	1056(%rsp), %rsi
	vmovd	%xmm1, 56(%rsp)
	leaq	(,%rsi,4), %rsi
	movq	%rsi, (%rsp)
	leaq	4(%r10), %rsi
	addq	$28, %r10
	vmovd	%xmm0, 172(%rsp)
	movq	%rsi, 80(%rsp)
	jmp	.LBB0_14
	.p2align	4
.LBB0_42:
	movq	456(%rsp), %rsi
	vmovups	(%r15), %zmm0
	vmovups	64(%r15), %zmm1
	movq	944(%rsp), %rdi
	movq	136(%rsp), %r10
	movq	144(%rsp), %r8
	movq	%rbx, %rdx
	imulq	1216(%rsp), %rdx
	movq	1200(%rsp), %r11
	imulq	%rbx, %rsi
	vmovups	%zmm0, (%rdi,%rsi,4)
	vmovups	%zmm1, 64(%rdi,%rsi,4)
	vmovups	512(%r15), %zmm0
	vmovups	576(%r15), %zmm1
	vmovups	%zmm0, (%r10,%rsi,4)
	vmovups	%zmm1, 64(%r10,%rsi,4)
	vmovups	1024(%r15), %zmm0
	vmovups	1088(%r15), %zmm1
	vmovups	%zmm0, (%r8,%rsi,4)
	vmovups	%zmm1, 64(%r8,%rsi,4)
	vmovups	4096(%r15), %zmm0
	vmovups	4160(%r15), %zmm1
	vmovups	%zmm0, (%r11,%rdx,4)
	vmovups	%zmm1, 64(%r11,%rdx,4)
	vmovups	128(%r15), %zmm0
	vmovups	192(%r15), %zmm1
	vmovups	%zmm0, 128(%rdi,%rsi,4)
	vmovups	%zmm1, 192(%rdi,%rsi,4)
	vmovups	640(%r15), %zmm0
	vmovups	704(%r15), %zmm1
	vmovups	%zmm0, 128(%r10,%rsi,4)
	vmovups	%zmm1, 192(%r10,%rsi,4)
	vmovups	1152(%r15), %zmm0
	vmovups	1216(%r15), %zmm1
	vmovups	%zmm0, 128(%r8,%rsi,4)
	vmovups	%zmm1, 192(%r8,%rsi,4)
	vmovups	4224(%r15), %zmm0
	vmovups	4288(%r15), %zmm1
	vmovups	%zmm0, 128(%r11,%rdx,4)
	vmovups	%zmm1, 192(%r11,%rdx,4)
	vmovups	256(%r15), %zmm0
	vmovups	320(%r15), %zmm1
	vmovups	%zmm0, 256(%rdi,%rsi,4)
	vmovups	%zmm1, 320(%rdi,%rsi,4)
	vmovups	768(%r15), %zmm0
	vmovups	832(%r15), %zmm1
	vmovups	%zmm0, 256(%r10,%rsi,4)
	vmovups	%zmm1, 320(%r10,%rsi,4)
	vmovups	1280(%r15), %zmm0
	vmovups	1344(%r15), %zmm1
	vmovups	%zmm0, 256(%r8,%rsi,4)
	vmovups	%zmm1, 320(%r8,%rsi,4)
	vmovups	4352(%r15), %zmm0
	vmovups	4416(%r15), %zmm1
	vmovups	%zmm0, 256(%r11,%rdx,4)
	vmovups	%zmm1, 320(%r11,%rdx,4)
	vmovups	384(%r15), %zmm0
	vmovups	448(%r15), %zmm1
	vmovups	%zmm0, 384(%rdi,%rsi,4)
	vmovups	%zmm1, 448(%rdi,%rsi,4)
	movq	232(%rsp), %rdi
	vmovups	896(%r15), %zmm0
	vmovups	960(%r15), %zmm1
	vmovups	%zmm0, 384(%r10,%rsi,4)
	vmovups	%zmm1, 448(%r10,%rsi,4)
	movq	216(%rsp), %r10
	vmovups	1408(%r15), %zmm0
	vmovups	1472(%r15), %zmm1
	vmovups	%zmm0, 384(%r8,%rsi,4)
	vmovups	%zmm1, 448(%r8,%rsi,4)
	movq	224(%rsp), %r8
	vmovdqu64	4480(%r15), %zmm0
	vmovdqu64	4544(%r15), %zmm1
	vmovdqu64	%zmm0, 384(%r11,%rdx,4)
	vmovdqu64	%zmm1, 448(%r11,%rdx,4)
	movq	208(%rsp), %r11
.LBB0_43:
	movq	192(%rsp), %rsi
	movq	200(%rsp), %rdx
	subq	$-128, 248(%rsp)
	addq	184(%rsp), %r11
	incq	%rbx
	addq	%rsi, 256(%rsp)
	addq	%rsi, 280(%rsp)
	addq	%rsi, 272(%rsp)
	addq	%rdx, 264(%rsp)
	addq	%rsi, 80(%rsp)
	addq	%rsi, 88(%rsp)
	addq	%rsi, 40(%rsp)
	addq	%rdx, 288(%rsp)
	addq	%rsi, %r10
	addq	%rsi, %rdi
	addq	%rsi, %r8
	cmpq	952(%rsp), %rbx
	je	.LBB0_44
.LBB0_14:
	testb	$1, 12(%rsp)
	movq	%r11, 208(%rsp)
	movq	%r10, 216(%rsp)
	movq	%r8, 224(%rsp)
	movq	%rdi, 232(%rsp)
	movq	%rbx, 464(%rsp)
	je	.LBB0_17
	xorl	%esi, %esi
	.p2align	4
.LBB0_16:
	movq	80(%rsp), %rdx
	movq	288(%rsp), %r8
	movq	1056(%rsp), %r13
	vmovss	-4(%rdx,%rsi,4), %xmm0
	movq	88(%rsp), %rdx
	leaq	(%r8,%rsi,4), %r10
	movq	%r10, 32(%rsp)
	vmovss	%xmm0, (%r15,%rsi,4)
	vmovss	-4(%rdx,%rsi,4), %xmm0
	movq	40(%rsp), %rdx
	vmovss	%xmm0, 512(%r15,%rsi,4)
	vmovss	-4(%rdx,%rsi,4), %xmm0
	movq	(%rsp), %rdx
	leaq	-4(%rdx,%r10), %rdi
	addq	(%rsp), %rdi
	movq	248(%rsp), %rdx
	vmovss	%xmm0, 1024(%r15,%rsi,4)
	vmovss	-4(%r8,%rsi,4), %xmm0
	addq	%rsi, %rdx
	movl	%edx, %r11d
	incl	%edx
	vmovss	%xmm0, 1536(%r15,%rsi,4)
	vmovss	-4(%r10,%r13,4), %xmm0
	vmovss	%xmm0, 2048(%r15,%rsi,4)
	vmovss	-4(%r10,%r13,8), %xmm0
	leaq	78811644(%r9), %r10
	imulq	%r10, %r11
	movq	240(%rsp), %r10
	movq	%r11, %rbx
	shrq	$32, %rbx
	movl	%r11d, %r11d
	xorq	%r10, %rbx
	imulq	%r9, %rbx
	vmovss	%xmm0, 2560(%r15,%rsi,4)
	vmovss	(%rdi,%r13,4), %xmm0
	movq	%rbx, %r14
	shrq	$32, %r14
	movl	%ebx, %ebx
	vmovss	%xmm0, 3072(%r15,%rsi,4)
	vmovss	(%rdi,%r13,8), %xmm0
	vmovss	%xmm0, 3584(%r15,%rsi,4)
	movl	$0, 4096(%r15,%rsi,4)
	movq	%r14, (%rcx,%rsi,8)
	movq	%rbx, 1024(%rcx,%rsi,8)
	movq	80(%rsp), %rbx
	movq	%r11, 2048(%rcx,%rsi,8)
	movq	88(%rsp), %r11
	vmovss	(%rbx,%rsi,4), %xmm0
	vmovss	%xmm0, 4(%r15,%rsi,4)
	vmovss	(%r11,%rsi,4), %xmm0
	movq	40(%rsp), %r11
	vmovss	%xmm0, 516(%r15,%rsi,4)
	vmovss	(%r11,%rsi,4), %xmm0
	vmovss	%xmm0, 1028(%r15,%rsi,4)
	vmovss	(%r8,%rsi,4), %xmm0
	movq	32(%rsp), %r8
	vmovss	%xmm0, 1540(%r15,%rsi,4)
	vmovss	(%r8,%r13,4), %xmm0
	vmovss	%xmm0, 2052(%r15,%rsi,4)
	vmovss	(%r8,%r13,8), %xmm0
	vmovss	%xmm0, 2564(%r15,%rsi,4)
	vmovss	4(%rdi,%r13,4), %xmm0
	vmovss	%xmm0, 3076(%r15,%rsi,4)
	vmovd	4(%rdi,%r13,8), %xmm0
	leaq	78811644(%r9), %rdi
	imulq	%rdi, %rdx
	movq	%rdx, %rdi
	shrq	$32, %rdi
	movl	%edx, %edx
	xorq	%r10, %rdi
	imulq	%r9, %rdi
	vmovd	%xmm0, 3588(%r15,%rsi,4)
	movl	$0, 4100(%r15,%rsi,4)
	movq	%rdi, %r8
	shrq	$32, %r8
	movl	%edi, %edi
	movq	%r8, 8(%rcx,%rsi,8)
	movq	%rdi, 1032(%rcx,%rsi,8)
	movq	%rdx, 2056(%rcx,%rsi,8)
	addq	$2, %rsi
	cmpq	$128, %rsi
	jne	.LBB0_16
	jmp	.LBB0_19
	.p2align	4
.LBB0_17:
	movq	%rbx, %rdx
	shlq	$7, %rdx
	addq	1160(%rsp), %rdx
	vpbroadcastq	%rdx, %zmm0
	movabsq	$.LCPI0_0, %rdx
	vpaddq	(%rdx){1to8}, %zmm0, %zmm1
	movabsq	$.LCPI0_1, %rdx
	vmovdqa64	(%rdx), %zmm16
	xorl	%edx, %edx
	.p2align	4
.LBB0_18:
	movq	256(%rsp), %r13
	movq	280(%rsp), %r11
	movq	272(%rsp), %rbx
	movq	264(%rsp), %r14
	movq	(%rsp), %r8
	movq	(%rsp), %rdi
	movq	(%rsp), %r10
	vpxord	%xmm22, %xmm22, %xmm22
	vmovups	-32(%r13,%rdx), %ymm2
	leaq	(%r14,%rdx), %rsi
	movq	%rsi, 32(%rsp)
	leaq	-32(%rdi,%rsi), %rdi
	vmovups	%ymm2, (%r15,%rdx)
	vmovups	-32(%r11,%rdx), %ymm2
	vmovups	%ymm2, 512(%r15,%rdx)
	vmovups	-32(%rbx,%rdx), %ymm2
	vmovups	%ymm2, 1024(%r15,%rdx)
	vmovups	-32(%r14,%rdx), %ymm2
	vmovups	%ymm2, 1536(%r15,%rdx)
	vmovups	-32(%r8,%rsi), %ymm2
	movq	(%rsp), %rsi
	leaq	(%rdi,%rsi), %r8
	movq	(%rsp), %rsi
	vmovups	%ymm2, 2048(%r15,%rdx)
	vmovups	(%r10,%rdi), %ymm2
	leaq	(%r8,%rsi), %r10
	movq	(%rsp), %rsi
	vmovups	%ymm2, 2560(%r15,%rdx)
	vmovups	(%rsi,%r8), %ymm2
	movq	(%rsp), %rsi
	vmovups	%ymm2, 3072(%r15,%rdx)
	vmovups	(%rsi,%r10), %ymm2
	movabsq	$.LCPI0_2, %rsi
	vpbroadcastq	(%rsi), %zmm17
	movabsq	$.LCPI0_3, %rsi
	vpbroadcastq	(%rsi), %zmm19
	movabsq	$.LCPI0_4, %rsi
	vpbroadcastq	(%rsi), %zmm20
	movq	(%rsp), %rsi
	vmovups	%ymm2, 3584(%r15,%rdx)
	vpaddq	%zmm16, %zmm0, %zmm2
	vmovdqu64	%ymm22, 4096(%r15,%rdx)
	vpmuludq	%zmm17, %zmm2, %zmm2
	vpsrlq	$32, %zmm2, %zmm18
	vpandd	%zmm19, %zmm2, %zmm2
	vpxorq	%zmm29, %zmm18, %zmm18
	vpmuludq	%zmm20, %zmm18, %zmm18
	vpsrlq	$32, %zmm18, %zmm21
	vpandd	%zmm19, %zmm18, %zmm18
	vmovdqu64	%zmm21, (%rcx,%rdx,2)
	vmovdqu64	%zmm18, 1024(%rcx,%rdx,2)
	vmovdqu64	%zmm2, 2048(%rcx,%rdx,2)
	vpaddq	%zmm1, %zmm16, %zmm18
	vmovups	(%r13,%rdx), %ymm2
	vmovups	%ymm2, 32(%r15,%rdx)
	vmovups	(%r11,%rdx), %ymm2
	movq	32(%rsp), %r11
	vmovups	%ymm2, 544(%r15,%rdx)
	vmovups	(%rbx,%rdx), %ymm2
	vmovups	%ymm2, 1056(%r15,%rdx)
	vmovups	(%r14,%rdx), %ymm2
	vmovups	%ymm2, 1568(%r15,%rdx)
	vmovups	(%rsi,%r11), %ymm2
	movq	(%rsp), %rsi
	vmovups	%ymm2, 2080(%r15,%rdx)
	vmovups	32(%rsi,%rdi), %ymm2
	movq	(%rsp), %rsi
	vmovups	%ymm2, 2592(%r15,%rdx)
	vmovups	32(%rsi,%r8), %ymm2
	vmovups	%ymm2, 3104(%r15,%rdx)
	vmovups	32(%rsi,%r10), %ymm2
	movabsq	$.LCPI0_5, %rsi
	vpaddq	(%rsi){1to8}, %zmm16, %zmm16
	vmovups	%ymm2, 3616(%r15,%rdx)
	vpmuludq	%zmm17, %zmm18, %zmm2
	vmovdqu64	%ymm22, 4128(%r15,%rdx)
	vpsrlq	$32, %zmm2, %zmm17
	vpandd	%zmm19, %zmm2, %zmm2
	vpxorq	%zmm29, %zmm17, %zmm17
	vpmuludq	%zmm20, %zmm17, %zmm17
	vpsrlq	$32, %zmm17, %zmm18
	vpandd	%zmm19, %zmm17, %zmm17
	vmovdqu64	%zmm18, 64(%rcx,%rdx,2)
	vmovdqu64	%zmm17, 1088(%rcx,%rdx,2)
	vmovdqu64	%zmm2, 2112(%rcx,%rdx,2)
	addq	$64, %rdx
	cmpq	$512, %rdx
	jne	.LBB0_18
.LBB0_19:
	cmpq	$0, 304(%rsp)
	jle	.LBB0_39
	xorl	%r13d, %r13d
	jmp	.LBB0_21
	.p2align	4
.LBB0_38:
	vmovdqu64	496(%rsp), %zmm3
	vmovdqu64	624(%rsp), %zmm4
	vmovdqu64	560(%rsp), %zmm5
	vmovdqu64	816(%rsp), %zmm6
	vmovdqu64	752(%rsp), %zmm7
	vmovdqu64	688(%rsp), %zmm26
	incq	%r13
	cmpq	%r13, 304(%rsp)
	je	.LBB0_39
.LBB0_21:
	movq	%r13, %r10
	imulq	%r9, %r10
	leaq	78811644(%r9), %r11
	movq	%r13, 32(%rsp)
	movq	%r10, %r8
	shrq	$32, %r8
	xorq	488(%rsp), %r8
	imulq	%r11, %r8
	movl	%r8d, %ebx
	shrq	$32, %r8
	xorq	480(%rsp), %r8
	xorq	472(%rsp), %rbx
	cmpb	$0, 152(%rsp)
	je	.LBB0_24
	xorq	296(%rsp), %r10
	movq	$-128, %rdi
	.p2align	4
.LBB0_23:
	movl	3072(%rcx,%rdi,8), %r14d
	movl	1024(%rcx,%rdi,8), %edx
	xorq	%r8, %r14
	xorl	%r10d, %edx
	imulq	%r9, %r14
	imulq	%r11, %rdx
	movl	%r14d, %r13d
	shrq	$32, %r14
	xorl	2048(%rcx,%rdi,8), %r14d
	movq	%rdx, %r15
	shrq	$32, %r15
	xorq	408(%rsp), %r13
	movl	%edx, %esi
	xorq	352(%rsp), %rsi
	xorl	108(%rsp), %r14d
	xorq	%rbx, %r15
	imulq	%r9, %r15
	movl	%r15d, %edx
	shrq	$32, %r15
	xorq	400(%rsp), %rdx
	imulq	%r11, %r14
	xorq	%r15, %r13
	imulq	%r11, %r13
	movl	%r14d, %r15d
	shrq	$32, %r14
	xorq	%r14, %rsi
	imulq	%r9, %rsi
	movl	%esi, %r14d
	shrq	$32, %rsi
	xorq	392(%rsp), %r14
	xorq	%rsi, %rdx
	movl	%r13d, %esi
	shrq	$32, %r13
	xorq	336(%rsp), %rsi
	xorq	%r13, %r15
	xorq	344(%rsp), %r15
	imulq	%r11, %rdx
	imulq	%r9, %r15
	movl	%r15d, %r13d
	shrq	$32, %r15
	xorq	384(%rsp), %r13
	xorq	%r15, %r14
	movl	%edx, %r15d
	shrq	$32, %rdx
	xorq	328(%rsp), %r15
	xorq	%rdx, %rsi
	imulq	%r11, %r14
	imulq	%r9, %rsi
	movl	%esi, %edx
	shrq	$32, %rsi
	xorq	376(%rsp), %rdx
	xorq	%rsi, %r13
	movl	%r14d, %esi
	shrq	$32, %r14
	xorq	320(%rsp), %rsi
	xorq	%r14, %r15
	imulq	%r11, %r13
	imulq	%r9, %r15
	movl	%r15d, %r14d
	shrq	$32, %r15
	xorq	368(%rsp), %r14
	xorq	%r15, %rdx
	movl	%r13d, %r15d
	shrq	$32, %r13
	xorq	312(%rsp), %r15
	xorq	%r13, %rsi
	imulq	%r11, %rdx
	imulq	%r9, %rsi
	movq	%rsi, %r13
	shrq	$32, %r13
	xorl	48(%rsp), %esi
	xorq	%r13, %r14
	movq	%rdx, %r13
	shrq	$32, %r13
	xorl	360(%rsp), %edx
	xorq	%r13, %r15
	imulq	%r11, %r14
	imulq	%r9, %r15
	movq	%r15, %r13
	shrq	$32, %r13
	xorl	%r13d, %esi
	movq	%r14, %r13
	shrq	$32, %r13
	xorl	%r13d, %edx
	movl	%esi, 512(%rbp,%rdi,4)
	movl	%r15d, 1024(%rbp,%rdi,4)
	movl	%edx, 1536(%rbp,%rdi,4)
	movl	%r14d, 2048(%rbp,%rdi,4)
	incq	%rdi
	jne	.LBB0_23
	jmp	.LBB0_5
	.p2align	4
.LBB0_24:
	xorq	296(%rsp), %r10
	vpbroadcastq	%r8, %zmm0
	vpbroadcastq	%rbx, %zmm16
	movq	$-512, %rdi
	vpbroadcastq	%r10, %zmm17
	.p2align	4
.LBB0_25:
	movabsq	$.LCPI0_4, %rsi
	vpxorq	3072(%rcx,%rdi,2), %zmm0, %zmm18
	movabsq	$.LCPI0_2, %rdx
	vpxorq	1024(%rcx,%rdi,2), %zmm17, %zmm2
	vpbroadcastq	(%rsi), %zmm20
	vpbroadcastq	(%rdx), %zmm1
	movabsq	$.LCPI0_6, %rdx
	vpbroadcastd	(%rdx), %ymm24
	movabsq	$.LCPI0_7, %rdx
	vmovdqa64	(%rdx), %ymm28
	vpmuludq	%zmm20, %zmm18, %zmm18
	vpmuludq	%zmm1, %zmm2, %zmm2
	vpsrlq	$32, %zmm18, %zmm19
	vpxorq	2048(%rcx,%rdi,2), %zmm19, %zmm19
	vpsrlq	$32, %zmm2, %zmm21
	vpxorq	%zmm21, %zmm16, %zmm21
	vpmuludq	%zmm20, %zmm21, %zmm21
	vpsrlq	$32, %zmm21, %zmm23
	vpternlogq	$150, %zmm3, %zmm18, %zmm23
	vpmuludq	%zmm1, %zmm23, %zmm18
	vpmovqd	%zmm19, %ymm19
	vpsrlq	$32, %zmm18, %zmm23
	vpxord	%ymm19, %ymm30, %ymm19
	vpmovzxdq	%ymm19, %zmm22
	vpmuludq	%ymm24, %ymm19, %ymm25
	vpshufd	$245, %ymm19, %ymm19
	vpmuludq	%ymm24, %ymm19, %ymm19
	vpermi2d	%ymm19, %ymm25, %ymm28
	vpmuludq	%zmm1, %zmm22, %zmm22
	vpternlogq	$150, %zmm5, %zmm22, %zmm23
	vpmovzxdq	%ymm28, %zmm19
	vpternlogq	$150, %zmm4, %zmm2, %zmm19
	vpmuludq	%zmm20, %zmm19, %zmm2
	vpsrlq	$32, %zmm2, %zmm19
	vpternlogq	$150, %zmm6, %zmm21, %zmm19
	vpmuludq	%zmm20, %zmm23, %zmm21
	vpmuludq	%zmm1, %zmm19, %zmm19
	vpsrlq	$32, %zmm21, %zmm22
	vpsrlq	$32, %zmm19, %zmm23
	vpternlogq	$150, %zmm7, %zmm2, %zmm22
	vpternlogq	$150, %zmm26, %zmm18, %zmm23
	vpmuludq	%zmm1, %zmm22, %zmm2
	vpmuludq	%zmm20, %zmm23, %zmm18
	vpsrlq	$32, %zmm2, %zmm23
	vpsrlq	$32, %zmm18, %zmm22
	vpternlogq	$150, %zmm8, %zmm19, %zmm23
	vpternlogq	$150, %zmm9, %zmm21, %zmm22
	vpmuludq	%zmm20, %zmm23, %zmm19
	vpmuludq	%zmm1, %zmm22, %zmm21
	vpsrlq	$32, %zmm19, %zmm22
	vpsrlq	$32, %zmm21, %zmm23
	vpternlogq	$150, %zmm10, %zmm18, %zmm22
	vpternlogq	$150, %zmm11, %zmm2, %zmm23
	vpmuludq	%zmm1, %zmm22, %zmm18
	vpmuludq	%zmm20, %zmm23, %zmm2
	vpsrlq	$32, %zmm18, %zmm23
	vpsrlq	$32, %zmm2, %zmm22
	vpternlogq	$150, %zmm12, %zmm21, %zmm23
	vpternlogq	$150, %zmm13, %zmm19, %zmm22
	vpmuludq	%zmm1, %zmm22, %zmm1
	vpmuludq	%zmm20, %zmm23, %zmm22
	vpsrlq	$32, %zmm22, %zmm20
	vpsrlq	$32, %zmm1, %zmm21
	vpternlogq	$150, %zmm14, %zmm2, %zmm20
	vpternlogq	$150, %zmm15, %zmm18, %zmm21
	vpmovqd	%zmm20, 512(%rbp,%rdi)
	vpmovqd	%zmm22, 1024(%rbp,%rdi)
	vpmovqd	%zmm21, 1536(%rbp,%rdi)
	vpmovqd	%zmm1, 2048(%rbp,%rdi)
	addq	$32, %rdi
	jne	.LBB0_25
.LBB0_5:
	cmpb	$0, 1240(%rsp)
	movq	16(%rsp), %r15
	movq	32(%rsp), %r13
	jne	.LBB0_38
	cmpb	$0, 15(%rsp)
	vmovdqa64	%ymm30, %ymm7
	vmovdqa64	%zmm29, %zmm6
	je	.LBB0_7
	vmovss	172(%rsp), %xmm3
	vmovss	168(%rsp), %xmm4
	vmovss	164(%rsp), %xmm5
	movq	$-128, %rdi
	movabsq	$.LCPI0_25, %r10
	movabsq	$.LCPI0_26, %r11
	movabsq	$.LCPI0_27, %rbx
	movabsq	$.LCPI0_29, %r14
	movabsq	$.LCPI0_28, %r13
	movabsq	$.LCPI0_30, %r15
	.p2align	4
.LBB0_27:
	vcvtusi2ssl	512(%rbp,%rdi,4), %xmm15, %xmm0
	vmovss	28(%rsp), %xmm16
	vmovss	128(%rsp), %xmm17
	vmovss	120(%rsp), %xmm18
	vmovss	112(%rsp), %xmm19
	vmovss	76(%rsp), %xmm20
	vmovss	72(%rsp), %xmm21
	vmovss	96(%rsp), %xmm22
	vmovss	68(%rsp), %xmm23
	vmovss	64(%rsp), %xmm28
	vmovss	56(%rsp), %xmm30
	vmovss	60(%rsp), %xmm29
	vmovss	(%r15), %xmm24
	vmovaps	%xmm16, %xmm1
	vaddss	%xmm3, %xmm0, %xmm0
	vmovd	%xmm0, %edx
	leal	-1060439283(%rdx), %esi
	movl	%esi, %r8d
	andl	$-8388608, %esi
	sarl	$23, %r8d
	subl	%esi, %edx
	addl	$-32, %r8d
	vmovd	%edx, %xmm0
	vaddss	%xmm4, %xmm0, %xmm0
	vfmadd213ss	%xmm5, %xmm0, %xmm1
	vcvtsi2ss	%r8d, %xmm15, %xmm2
	vmulss	%xmm23, %xmm2, %xmm2
	vfmadd213ss	%xmm17, %xmm0, %xmm1
	vfmadd213ss	%xmm18, %xmm0, %xmm1
	vfmadd213ss	%xmm19, %xmm0, %xmm1
	vfmadd213ss	%xmm20, %xmm0, %xmm1
	vfmadd213ss	%xmm21, %xmm0, %xmm1
	vfmadd213ss	%xmm22, %xmm0, %xmm1
	vfmsub231ss	%xmm1, %xmm0, %xmm2
	vmaxss	%xmm2, %xmm27, %xmm0
	vmovaps	%xmm16, %xmm2
	vsqrtss	%xmm0, %xmm0, %xmm0
	vcvtusi2ssl	1536(%rbp,%rdi,4), %xmm15, %xmm1
	vaddss	%xmm3, %xmm1, %xmm1
	vmovd	%xmm1, %edx
	leal	-1060439283(%rdx), %esi
	movl	%esi, %r8d
	andl	$-8388608, %esi
	sarl	$23, %r8d
	subl	%esi, %edx
	addl	$-32, %r8d
	vmovd	%edx, %xmm1
	vcvtsi2ss	%r8d, %xmm15, %xmm16
	movabsq	$.LCPI0_31, %rdx
	vaddss	%xmm4, %xmm1, %xmm1
	vmovss	(%rdx), %xmm25
	movabsq	$.LCPI0_32, %rdx
	vmovss	(%rdx), %xmm26
	vmulss	%xmm23, %xmm16, %xmm16
	vfmadd213ss	%xmm5, %xmm1, %xmm2
	vfmadd213ss	%xmm17, %xmm1, %xmm2
	vmovaps	%xmm30, %xmm17
	vfmadd213ss	%xmm18, %xmm1, %xmm2
	vmovss	(%r10), %xmm18
	vfmadd213ss	%xmm19, %xmm1, %xmm2
	vmovss	(%r11), %xmm19
	vfmadd213ss	%xmm20, %xmm1, %xmm2
	vmovss	(%rbx), %xmm20
	vfmadd213ss	%xmm21, %xmm1, %xmm2
	vmovss	(%r14), %xmm21
	vfmadd213ss	%xmm22, %xmm1, %xmm2
	vmovss	(%r13), %xmm22
	vfmsub231ss	%xmm2, %xmm1, %xmm16
	vcvtsi2ssl	1024(%rbp,%rdi,4), %xmm15, %xmm2
	vmaxss	%xmm16, %xmm27, %xmm1
	vmovaps	%xmm22, %xmm23
	vsqrtss	%xmm1, %xmm1, %xmm1
	vmulss	%xmm28, %xmm2, %xmm2
	vmulss	%xmm2, %xmm2, %xmm16
	vfmadd213ss	%xmm29, %xmm16, %xmm17
	vfmadd213ss	%xmm21, %xmm16, %xmm23
	vfmadd213ss	%xmm18, %xmm16, %xmm17
	vfmadd213ss	%xmm24, %xmm16, %xmm23
	vfmadd213ss	%xmm19, %xmm16, %xmm17
	vfmadd213ss	%xmm25, %xmm16, %xmm23
	vfmadd213ss	%xmm20, %xmm16, %xmm17
	vfmadd213ss	%xmm26, %xmm16, %xmm23
	vmulss	%xmm2, %xmm17, %xmm2
	vaddss	%xmm0, %xmm0, %xmm17
	vmulss	%xmm17, %xmm2, %xmm17
	vfnmadd213ss	%xmm0, %xmm17, %xmm2
	vcvtsi2ssl	2048(%rbp,%rdi,4), %xmm15, %xmm0
	vmulss	%xmm23, %xmm17, %xmm16
	vmovaps	%xmm30, %xmm23
	vmovss	%xmm2, 512(%r12,%rdi,4)
	vmovss	%xmm16, 1024(%r12,%rdi,4)
	vmulss	%xmm28, %xmm0, %xmm0
	vmulss	%xmm0, %xmm0, %xmm17
	vfmadd213ss	%xmm29, %xmm17, %xmm23
	vfmadd213ss	%xmm21, %xmm17, %xmm22
	vfmadd213ss	%xmm18, %xmm17, %xmm23
	vfmadd213ss	%xmm24, %xmm17, %xmm22
	vfmadd213ss	%xmm19, %xmm17, %xmm23
	vfmadd213ss	%xmm25, %xmm17, %xmm22
	vfmadd213ss	%xmm20, %xmm17, %xmm23
	vfmadd213ss	%xmm26, %xmm17, %xmm22
	vaddss	%xmm1, %xmm1, %xmm17
	vmulss	%xmm0, %xmm23, %xmm0
	vmulss	%xmm17, %xmm0, %xmm17
	vfnmadd213ss	%xmm1, %xmm17, %xmm0
	vmulss	%xmm22, %xmm17, %xmm1
	vmovss	%xmm0, 1536(%r12,%rdi,4)
	vmovss	%xmm1, 2048(%r12,%rdi,4)
	incq	%rdi
	jne	.LBB0_27
	jmp	.LBB0_28
.LBB0_7:
	movq	$-512, %rdi
	movabsq	$.LCPI0_13, %r8
	movabsq	$.LCPI0_12, %r10
	movabsq	$.LCPI0_14, %r11
	movabsq	$.LCPI0_15, %rbx
	movabsq	$.LCPI0_28, %r13
	movabsq	$.LCPI0_30, %r15
	movabsq	$.LCPI0_31, %rdx
	movabsq	$.LCPI0_32, %rsi
	.p2align	4
.LBB0_8:
	movabsq	$.LCPI0_8, %r14
	vcvtudq2ps	512(%rbp,%rdi), %zmm0
	vbroadcastss	(%r10), %zmm24
	vbroadcastss	(%r8), %zmm5
	vbroadcastss	(%r11), %zmm25
	vbroadcastss	(%rbx), %zmm26
	vcvtudq2ps	1536(%rbp,%rdi), %zmm4
	vcvtdq2ps	1024(%rbp,%rdi), %zmm3
	vbroadcastss	(%r14), %zmm1
	movabsq	$.LCPI0_9, %r14
	vpbroadcastd	(%r14), %zmm16
	movabsq	$.LCPI0_10, %r14
	vpbroadcastd	(%r14), %zmm21
	movabsq	$.LCPI0_11, %r14
	vbroadcastss	(%r14), %zmm22
	movabsq	$.LCPI0_16, %r14
	vbroadcastss	(%r14), %zmm28
	movabsq	$.LCPI0_17, %r14
	vbroadcastss	(%r14), %zmm19
	movabsq	$.LCPI0_18, %r14
	vbroadcastss	(%r14), %zmm29
	movabsq	$.LCPI0_19, %r14
	vbroadcastss	(%r14), %zmm30
	movabsq	$.LCPI0_20, %r14
	vmovaps	%zmm24, %zmm23
	vpbroadcastd	(%r14), %zmm18
	movabsq	$.LCPI0_21, %r14
	vaddps	%zmm1, %zmm0, %zmm0
	vbroadcastss	(%r14), %zmm2
	movabsq	$.LCPI0_22, %r14
	vpaddd	%zmm16, %zmm0, %zmm17
	vpsrad	$23, %zmm17, %zmm20
	vpandd	%zmm21, %zmm17, %zmm17
	vpsubd	%zmm17, %zmm0, %zmm0
	vaddps	%zmm22, %zmm0, %zmm0
	vpaddd	%zmm18, %zmm20, %zmm20
	vcvtdq2ps	%zmm20, %zmm20
	vfmadd213ps	%zmm5, %zmm0, %zmm23
	vmulps	%zmm2, %zmm20, %zmm20
	vfmadd213ps	%zmm25, %zmm0, %zmm23
	vfmadd213ps	%zmm26, %zmm0, %zmm23
	vfmadd213ps	%zmm28, %zmm0, %zmm23
	vfmadd213ps	%zmm19, %zmm0, %zmm23
	vfmadd213ps	%zmm29, %zmm0, %zmm23
	vfmadd213ps	%zmm30, %zmm0, %zmm23
	vfmsub231ps	%zmm23, %zmm0, %zmm20
	vaddps	%zmm1, %zmm4, %zmm0
	vpaddd	%zmm16, %zmm0, %zmm1
	vpsrad	$23, %zmm1, %zmm16
	vpandd	%zmm21, %zmm1, %zmm1
	vmaxps	%zmm20, %zmm31, %zmm20
	vpsubd	%zmm1, %zmm0, %zmm0
	vpaddd	%zmm18, %zmm16, %zmm1
	vaddps	%zmm22, %zmm0, %zmm0
	vcvtdq2ps	%zmm1, %zmm1
	vsqrtps	%zmm20, %zmm20
	vfmadd213ps	%zmm5, %zmm0, %zmm24
	vmulps	%zmm2, %zmm1, %zmm1
	vbroadcastss	(%r14), %zmm2
	movabsq	$.LCPI0_23, %r14
	vbroadcastss	(%r14), %zmm17
	movabsq	$.LCPI0_24, %r14
	vbroadcastss	(%r14), %zmm18
	movabsq	$.LCPI0_25, %r14
	vfmadd213ps	%zmm25, %zmm0, %zmm24
	vfmadd213ps	%zmm26, %zmm0, %zmm24
	vbroadcastss	(%r15), %zmm26
	vmovaps	%zmm17, %zmm21
	vfmadd213ps	%zmm28, %zmm0, %zmm24
	vfmadd213ps	%zmm19, %zmm0, %zmm24
	vbroadcastss	(%r14), %zmm19
	movabsq	$.LCPI0_26, %r14
	vbroadcastss	(%r14), %zmm22
	movabsq	$.LCPI0_27, %r14
	vbroadcastss	(%r14), %zmm23
	movabsq	$.LCPI0_29, %r14
	vbroadcastss	(%r14), %zmm25
	vfmadd213ps	%zmm29, %zmm0, %zmm24
	vbroadcastss	(%rdx), %zmm29
	vfmadd213ps	%zmm30, %zmm0, %zmm24
	vbroadcastss	(%rsi), %zmm30
	vfmsub231ps	%zmm24, %zmm0, %zmm1
	vmulps	%zmm2, %zmm3, %zmm0
	vaddps	%zmm20, %zmm20, %zmm3
	vbroadcastss	(%r13), %zmm24
	vmulps	%zmm0, %zmm0, %zmm16
	vmaxps	%zmm1, %zmm31, %zmm1
	vfmadd213ps	%zmm18, %zmm16, %zmm21
	vsqrtps	%zmm1, %zmm1
	vmovaps	%zmm24, %zmm28
	vfmadd213ps	%zmm25, %zmm16, %zmm28
	vfmadd213ps	%zmm19, %zmm16, %zmm21
	vfmadd213ps	%zmm26, %zmm16, %zmm28
	vfmadd213ps	%zmm22, %zmm16, %zmm21
	vfmadd213ps	%zmm29, %zmm16, %zmm28
	vfmadd213ps	%zmm23, %zmm16, %zmm21
	vfmadd213ps	%zmm30, %zmm16, %zmm28
	vmulps	%zmm0, %zmm21, %zmm0
	vmulps	%zmm3, %zmm0, %zmm21
	vcvtdq2ps	2048(%rbp,%rdi), %zmm3
	vfnmadd213ps	%zmm20, %zmm21, %zmm0
	vmulps	%zmm28, %zmm21, %zmm16
	vmovups	%zmm0, 512(%r12,%rdi)
	vmovups	%zmm16, 1024(%r12,%rdi)
	vmulps	%zmm2, %zmm3, %zmm2
	vaddps	%zmm1, %zmm1, %zmm3
	vmulps	%zmm2, %zmm2, %zmm20
	vfmadd213ps	%zmm18, %zmm20, %zmm17
	vfmadd213ps	%zmm25, %zmm20, %zmm24
	vfmadd213ps	%zmm19, %zmm20, %zmm17
	vfmadd213ps	%zmm26, %zmm20, %zmm24
	vfmadd213ps	%zmm22, %zmm20, %zmm17
	vfmadd213ps	%zmm29, %zmm20, %zmm24
	vfmadd213ps	%zmm23, %zmm20, %zmm17
	vfmadd213ps	%zmm30, %zmm20, %zmm24
	vmulps	%zmm2, %zmm17, %zmm2
	vmulps	%zmm3, %zmm2, %zmm17
	vfnmadd213ps	%zmm1, %zmm17, %zmm2
	vmulps	%zmm24, %zmm17, %zmm1
	vmovups	%zmm2, 1536(%r12,%rdi)
	vmovups	%zmm1, 2048(%r12,%rdi)
	addq	$64, %rdi
	jne	.LBB0_8
.LBB0_28:
	movq	32(%rsp), %r13
	movq	1120(%rsp), %rsi
	cmpb	$0, 14(%rsp)
	movabsq	$.LCPI0_33, %r8
	movabsq	$.LCPI0_34, %r10
	movabsq	$.LCPI0_36, %r11
	movabsq	$.LCPI0_37, %rbx
	movabsq	$.LCPI0_35, %r14
	vmovss	(%rsi,%r13,8), %xmm0
	leaq	1(%r13,%r13), %rdx
	vcvtsi2ss	%rdx, %xmm15, %xmm16
	je	.LBB0_31
	movq	16(%rsp), %r15
	xorl	%edi, %edi
	.p2align	4
.LBB0_30:
	vmovss	-2560(%rax,%rdi,4), %xmm2
	vmovss	-3584(%rax,%rdi,4), %xmm17
	vmovss	-3072(%rax,%rdi,4), %xmm5
	vmovss	-4096(%rax,%rdi,4), %xmm20
	vmovss	-1024(%rax,%rdi,4), %xmm3
	vmovss	-1536(%rax,%rdi,4), %xmm23
	vmovss	-2048(%rax,%rdi,4), %xmm21
	vmulss	(%r12,%rdi,4), %xmm2, %xmm18
	vmulss	512(%r12,%rdi,4), %xmm2, %xmm2
	vandps	(%r8){1to4}, %xmm5, %xmm22
	vaddss	(%r10), %xmm22, %xmm22
	vmovmskps	%xmm5, %esi
	vmovaps	%xmm5, %xmm1
	vmovaps	%xmm5, %xmm4
	shll	$31, %esi
	vmulss	%xmm17, %xmm2, %xmm19
	vfmadd231ss	%xmm20, %xmm18, %xmm19
	vdivss	%xmm22, %xmm19, %xmm22
	vmovd	%xmm19, %edx
	vmulss	%xmm21, %xmm3, %xmm19
	xorl	%edx, %esi
	vfnmadd231ss	%xmm20, %xmm22, %xmm18
	vfnmadd213ss	%xmm2, %xmm17, %xmm22
	vmovd	%esi, %xmm2
	vfmsub132ss	%xmm0, %xmm2, %xmm23
	vmulss	%xmm2, %xmm3, %xmm2
	vfmsub231ss	-512(%rax,%rdi,4), %xmm0, %xmm2
	vmulss	%xmm3, %xmm18, %xmm24
	vmulss	%xmm3, %xmm22, %xmm3
	vfmadd213ss	%xmm23, %xmm21, %xmm4
	vmulss	%xmm17, %xmm24, %xmm26
	vmulss	%xmm5, %xmm3, %xmm25
	vfmsub231ss	%xmm20, %xmm3, %xmm26
	vfmadd213ss	%xmm2, %xmm19, %xmm1
	vaddss	%xmm26, %xmm4, %xmm4
	vfmsub231ss	%xmm17, %xmm1, %xmm25
	vmulss	%xmm20, %xmm1, %xmm1
	vmulss	%xmm17, %xmm4, %xmm26
	vfmsub231ss	%xmm5, %xmm24, %xmm1
	vaddss	%xmm25, %xmm18, %xmm25
	vaddss	%xmm1, %xmm22, %xmm1
	vmulss	%xmm5, %xmm25, %xmm28
	vfmsub231ss	%xmm5, %xmm1, %xmm26
	vmulss	%xmm20, %xmm1, %xmm1
	vfmsub231ss	%xmm4, %xmm20, %xmm28
	vfmsub231ss	%xmm25, %xmm17, %xmm1
	vaddss	%xmm28, %xmm17, %xmm4
	vaddss	%xmm26, %xmm20, %xmm26
	vaddss	%xmm1, %xmm5, %xmm1
	vaddss	%xmm20, %xmm26, %xmm20
	vaddss	%xmm17, %xmm4, %xmm17
	vfmadd231ss	%xmm19, %xmm1, %xmm2
	vfmadd231ss	%xmm21, %xmm1, %xmm23
	vmulss	%xmm24, %xmm4, %xmm21
	vmulss	%xmm3, %xmm1, %xmm19
	vfmsub231ss	%xmm3, %xmm26, %xmm21
	vfmsub231ss	%xmm4, %xmm2, %xmm19
	vmulss	%xmm26, %xmm2, %xmm2
	vfmsub231ss	%xmm24, %xmm1, %xmm2
	vaddss	%xmm21, %xmm23, %xmm3
	vaddss	%xmm19, %xmm18, %xmm18
	vfmadd231ss	%xmm3, %xmm26, %xmm17
	vfmsub231ss	%xmm3, %xmm4, %xmm20
	vmovss	(%r11), %xmm3
	vaddss	%xmm2, %xmm22, %xmm2
	vfmsub231ss	%xmm1, %xmm2, %xmm20
	vfnmadd231ss	%xmm18, %xmm1, %xmm17
	vaddss	%xmm5, %xmm1, %xmm1
	vfmadd231ss	%xmm4, %xmm18, %xmm1
	vfnmadd231ss	%xmm2, %xmm26, %xmm1
	vmulss	%xmm17, %xmm17, %xmm2
	vfmadd231ss	%xmm20, %xmm20, %xmm2
	vfmadd231ss	%xmm1, %xmm1, %xmm2
	vfmadd213ss	(%rbx), %xmm2, %xmm3
	vmulss	%xmm1, %xmm3, %xmm1
	vmulss	%xmm20, %xmm3, %xmm2
	vmulss	%xmm17, %xmm3, %xmm4
	vmovss	(%rax,%rdi,4), %xmm3
	vcmpltss	%xmm27, %xmm1, %k1
	vmovaps	%xmm3, %xmm5
	vmovss	%xmm16, %xmm5, %xmm5 {%k1}
	vcmpeqss	%xmm27, %xmm3, %k1
	vmovss	%xmm5, %xmm3, %xmm3 {%k1}
	vmovss	%xmm3, (%rax,%rdi,4)
	vmovss	%xmm2, -4096(%rax,%rdi,4)
	vmovss	%xmm4, -3584(%rax,%rdi,4)
	vmovss	%xmm1, -3072(%rax,%rdi,4)
	incq	%rdi
	cmpq	$128, %rdi
	jne	.LBB0_30
	jmp	.LBB0_33
.LBB0_31:
	movq	16(%rsp), %r15
	vbroadcastss	%xmm0, %zmm0
	vbroadcastss	%xmm16, %zmm16
	xorl	%edi, %edi
	.p2align	4
.LBB0_32:
	vmovups	-2560(%rax,%rdi,4), %zmm2
	vmovups	-3072(%rax,%rdi,4), %zmm17
	vmovups	-3584(%rax,%rdi,4), %zmm1
	vmovups	-4096(%rax,%rdi,4), %zmm20
	vmovups	-1024(%rax,%rdi,4), %zmm18
	vmovups	-1536(%rax,%rdi,4), %zmm5
	vmovups	-2048(%rax,%rdi,4), %zmm21
	vmulps	(%r12,%rdi,4), %zmm2, %zmm19
	vmulps	512(%r12,%rdi,4), %zmm2, %zmm2
	vandps	(%r8){1to16}, %zmm17, %zmm23
	vaddps	(%r10){1to16}, %zmm23, %zmm23
	vmovaps	%zmm17, %zmm26
	vmovaps	%zmm17, %zmm29
	vmulps	%zmm1, %zmm2, %zmm22
	vrcp14ps	%zmm23, %zmm24
	vfmadd231ps	%zmm20, %zmm19, %zmm22
	vmulps	%zmm24, %zmm22, %zmm25
	vfmsub213ps	%zmm22, %zmm25, %zmm23
	vpternlogd	$120, (%r14){1to16}, %zmm17, %zmm22
	vfnmadd213ps	%zmm25, %zmm24, %zmm23
	vfmsub132ps	%zmm0, %zmm22, %zmm5
	vmulps	%zmm22, %zmm18, %zmm22
	vfmsub231ps	-512(%rax,%rdi,4), %zmm0, %zmm22
	vfnmadd231ps	%zmm20, %zmm23, %zmm19
	vfnmadd213ps	%zmm2, %zmm1, %zmm23
	vmulps	%zmm21, %zmm18, %zmm2
	vmulps	%zmm18, %zmm19, %zmm25
	vmulps	%zmm18, %zmm23, %zmm18
	vfmadd213ps	%zmm5, %zmm21, %zmm29
	vmulps	%zmm1, %zmm25, %zmm30
	vmulps	%zmm17, %zmm18, %zmm28
	vfmsub231ps	%zmm20, %zmm18, %zmm30
	vfmadd213ps	%zmm22, %zmm2, %zmm26
	vaddps	%zmm30, %zmm29, %zmm29
	vfmsub231ps	%zmm1, %zmm26, %zmm28
	vmulps	%zmm20, %zmm26, %zmm26
	vmulps	%zmm1, %zmm29, %zmm30
	vfmsub231ps	%zmm17, %zmm25, %zmm26
	vaddps	%zmm28, %zmm19, %zmm28
	vaddps	%zmm26, %zmm23, %zmm26
	vmulps	%zmm17, %zmm28, %zmm3
	vfmsub231ps	%zmm17, %zmm26, %zmm30
	vmulps	%zmm20, %zmm26, %zmm26
	vfmsub231ps	%zmm29, %zmm20, %zmm3
	vfmsub231ps	%zmm28, %zmm1, %zmm26
	vaddps	%zmm3, %zmm1, %zmm3
	vaddps	%zmm30, %zmm20, %zmm30
	vaddps	%zmm26, %zmm17, %zmm26
	vaddps	%zmm1, %zmm3, %zmm1
	vaddps	%zmm20, %zmm30, %zmm20
	vfmadd231ps	%zmm21, %zmm26, %zmm5
	vmulps	%zmm25, %zmm3, %zmm21
	vfmadd231ps	%zmm2, %zmm26, %zmm22
	vmulps	%zmm18, %zmm26, %zmm2
	vaddps	%zmm17, %zmm26, %zmm17
	vfmsub231ps	%zmm18, %zmm30, %zmm21
	vfmsub231ps	%zmm3, %zmm22, %zmm2
	vmulps	%zmm30, %zmm22, %zmm4
	vaddps	%zmm21, %zmm5, %zmm18
	vfmsub231ps	%zmm25, %zmm26, %zmm4
	vaddps	%zmm2, %zmm19, %zmm2
	vfmadd231ps	%zmm18, %zmm30, %zmm1
	vfmsub231ps	%zmm18, %zmm3, %zmm20
	vaddps	%zmm4, %zmm23, %zmm19
	vfmadd231ps	%zmm3, %zmm2, %zmm17
	vbroadcastss	(%r11), %zmm3
	vfnmadd231ps	%zmm2, %zmm26, %zmm1
	vfmsub231ps	%zmm26, %zmm19, %zmm20
	vfnmadd231ps	%zmm19, %zmm30, %zmm17
	vmulps	%zmm1, %zmm1, %zmm2
	vfmadd231ps	%zmm20, %zmm20, %zmm2
	vfmadd231ps	%zmm17, %zmm17, %zmm2
	vfmadd213ps	(%rbx){1to16}, %zmm2, %zmm3
	vmulps	%zmm20, %zmm3, %zmm2
	vmulps	%zmm1, %zmm3, %zmm1
	vmulps	%zmm17, %zmm3, %zmm3
	vcmpltps	%zmm31, %zmm3, %k1
	vcmpeqps	(%rax,%rdi,4), %zmm31, %k1 {%k1}
	vmovups	%zmm16, (%rax,%rdi,4) {%k1}
	vmovups	%zmm2, -4096(%rax,%rdi,4)
	vmovups	%zmm1, -3584(%rax,%rdi,4)
	vmovups	%zmm3, -3072(%rax,%rdi,4)
	addq	$16, %rdi
	cmpq	$128, %rdi
	jne	.LBB0_32
.LBB0_33:
	movq	1120(%rsp), %rsi
	leaq	(%r13,%r13), %rdx
	vmovss	4(%rsi,%rdx,4), %xmm0
	addq	$2, %rdx
	cmpb	$0, 13(%rsp)
	vcvtsi2ss	%rdx, %xmm15, %xmm16
	je	.LBB0_36
	xorl	%edi, %edi
	vmovdqa64	%zmm6, %zmm29
	vmovdqa64	%ymm7, %ymm30
	.p2align	4
.LBB0_35:
	vmovss	-2560(%rax,%rdi,4), %xmm2
	vmovss	-3584(%rax,%rdi,4), %xmm17
	vmovss	-3072(%rax,%rdi,4), %xmm7
	vmovss	-4096(%rax,%rdi,4), %xmm20
	vmovss	-1024(%rax,%rdi,4), %xmm3
	vmovss	-1536(%rax,%rdi,4), %xmm19
	vmovss	-2048(%rax,%rdi,4), %xmm21
	vmulss	1024(%r12,%rdi,4), %xmm2, %xmm4
	vmulss	1536(%r12,%rdi,4), %xmm2, %xmm2
	vandps	(%r8){1to4}, %xmm7, %xmm18
	vaddss	(%r10), %xmm18, %xmm18
	vmovmskps	%xmm7, %esi
	vmovaps	%xmm7, %xmm1
	vmovaps	%xmm7, %xmm6
	shll	$31, %esi
	vmulss	%xmm17, %xmm2, %xmm5
	vfmadd231ss	%xmm20, %xmm4, %xmm5
	vdivss	%xmm18, %xmm5, %xmm18
	vmovd	%xmm5, %edx
	vmulss	%xmm21, %xmm3, %xmm5
	xorl	%edx, %esi
	vfnmadd231ss	%xmm20, %xmm18, %xmm4
	vfnmadd213ss	%xmm2, %xmm17, %xmm18
	vmovd	%esi, %xmm2
	vfmsub132ss	%xmm0, %xmm2, %xmm19
	vmulss	%xmm2, %xmm3, %xmm2
	vfmsub231ss	-512(%rax,%rdi,4), %xmm0, %xmm2
	vmulss	%xmm3, %xmm4, %xmm22
	vmulss	%xmm3, %xmm18, %xmm3
	vfmadd213ss	%xmm19, %xmm21, %xmm6
	vmulss	%xmm17, %xmm22, %xmm24
	vmulss	%xmm7, %xmm3, %xmm23
	vfmsub231ss	%xmm20, %xmm3, %xmm24
	vfmadd213ss	%xmm2, %xmm5, %xmm1
	vaddss	%xmm24, %xmm6, %xmm6
	vfmsub231ss	%xmm17, %xmm1, %xmm23
	vmulss	%xmm20, %xmm1, %xmm1
	vmulss	%xmm17, %xmm6, %xmm24
	vfmsub231ss	%xmm7, %xmm22, %xmm1
	vaddss	%xmm23, %xmm4, %xmm23
	vaddss	%xmm1, %xmm18, %xmm1
	vmulss	%xmm7, %xmm23, %xmm25
	vfmsub231ss	%xmm7, %xmm1, %xmm24
	vmulss	%xmm20, %xmm1, %xmm1
	vfmsub231ss	%xmm6, %xmm20, %xmm25
	vfmsub231ss	%xmm23, %xmm17, %xmm1
	vaddss	%xmm25, %xmm17, %xmm6
	vaddss	%xmm24, %xmm20, %xmm24
	vaddss	%xmm1, %xmm7, %xmm1
	vaddss	%xmm17, %xmm6, %xmm17
	vfmadd231ss	%xmm5, %xmm1, %xmm2
	vmulss	%xmm3, %xmm1, %xmm5
	vfmadd231ss	%xmm21, %xmm1, %xmm19
	vfmsub231ss	%xmm6, %xmm2, %xmm5
	vmulss	%xmm24, %xmm2, %xmm2
	vfmsub231ss	%xmm22, %xmm1, %xmm2
	vaddss	%xmm5, %xmm4, %xmm4
	vmulss	%xmm22, %xmm6, %xmm5
	vfmsub231ss	%xmm3, %xmm24, %xmm5
	vaddss	%xmm2, %xmm18, %xmm2
	vaddss	%xmm5, %xmm19, %xmm3
	vaddss	%xmm20, %xmm24, %xmm5
	vfmsub231ss	%xmm3, %xmm6, %xmm5
	vfmadd231ss	%xmm3, %xmm24, %xmm17
	vmovss	(%r11), %xmm3
	vfmsub231ss	%xmm1, %xmm2, %xmm5
	vfnmadd231ss	%xmm4, %xmm1, %xmm17
	vaddss	%xmm7, %xmm1, %xmm1
	vfmadd231ss	%xmm6, %xmm4, %xmm1
	vfnmadd231ss	%xmm2, %xmm24, %xmm1
	vmulss	%xmm17, %xmm17, %xmm2
	vfmadd231ss	%xmm5, %xmm5, %xmm2
	vfmadd231ss	%xmm1, %xmm1, %xmm2
	vfmadd213ss	(%rbx), %xmm2, %xmm3
	vmulss	%xmm1, %xmm3, %xmm1
	vmulss	%xmm5, %xmm3, %xmm2
	vmulss	%xmm17, %xmm3, %xmm4
	vmovss	(%rax,%rdi,4), %xmm3
	vcmpltss	%xmm27, %xmm1, %k1
	vmovaps	%xmm3, %xmm5
	vmovss	%xmm16, %xmm5, %xmm5 {%k1}
	vcmpeqss	%xmm27, %xmm3, %k1
	vmovss	%xmm5, %xmm3, %xmm3 {%k1}
	vmovss	%xmm3, (%rax,%rdi,4)
	vmovss	%xmm2, -4096(%rax,%rdi,4)
	vmovss	%xmm4, -3584(%rax,%rdi,4)
	vmovss	%xmm1, -3072(%rax,%rdi,4)
	incq	%rdi
	cmpq	$128, %rdi
	jne	.LBB0_35
	jmp	.LBB0_38
.LBB0_36:
	vbroadcastss	%xmm0, %zmm0
	vbroadcastss	%xmm16, %zmm16
	xorl	%edi, %edi
	vmovdqa64	%zmm6, %zmm29
	vmovdqa64	%ymm7, %ymm30
	.p2align	4
.LBB0_37:
	vmovups	-2560(%rax,%rdi,4), %zmm2
	vmovups	-3072(%rax,%rdi,4), %zmm1
	vmovups	-3584(%rax,%rdi,4), %zmm17
	vmovups	-4096(%rax,%rdi,4), %zmm20
	vmovups	-1024(%rax,%rdi,4), %zmm3
	vmovups	-1536(%rax,%rdi,4), %zmm7
	vmovups	-2048(%rax,%rdi,4), %zmm21
	vmulps	1024(%r12,%rdi,4), %zmm2, %zmm4
	vmulps	1536(%r12,%rdi,4), %zmm2, %zmm2
	vandps	(%r8){1to16}, %zmm1, %zmm18
	vaddps	(%r10){1to16}, %zmm18, %zmm18
	vmovaps	%zmm1, %zmm23
	vmovaps	%zmm1, %zmm25
	vmulps	%zmm17, %zmm2, %zmm5
	vrcp14ps	%zmm18, %zmm19
	vfmadd231ps	%zmm20, %zmm4, %zmm5
	vmulps	%zmm19, %zmm5, %zmm22
	vfmsub213ps	%zmm5, %zmm22, %zmm18
	vpternlogd	$120, (%r14){1to16}, %zmm1, %zmm5
	vfnmadd213ps	%zmm22, %zmm19, %zmm18
	vfmsub132ps	%zmm0, %zmm5, %zmm7
	vmulps	%zmm5, %zmm3, %zmm5
	vfmsub231ps	-512(%rax,%rdi,4), %zmm0, %zmm5
	vfnmadd231ps	%zmm20, %zmm18, %zmm4
	vfnmadd213ps	%zmm2, %zmm17, %zmm18
	vmulps	%zmm21, %zmm3, %zmm2
	vmulps	%zmm3, %zmm4, %zmm22
	vmulps	%zmm3, %zmm18, %zmm3
	vfmadd213ps	%zmm7, %zmm21, %zmm25
	vmulps	%zmm17, %zmm22, %zmm26
	vmulps	%zmm1, %zmm3, %zmm24
	vfmsub231ps	%zmm20, %zmm3, %zmm26
	vfmadd213ps	%zmm5, %zmm2, %zmm23
	vaddps	%zmm26, %zmm25, %zmm25
	vfmsub231ps	%zmm17, %zmm23, %zmm24
	vmulps	%zmm20, %zmm23, %zmm23
	vmulps	%zmm17, %zmm25, %zmm26
	vfmsub231ps	%zmm1, %zmm22, %zmm23
	vaddps	%zmm24, %zmm4, %zmm24
	vaddps	%zmm23, %zmm18, %zmm23
	vmulps	%zmm1, %zmm24, %zmm28
	vfmsub231ps	%zmm1, %zmm23, %zmm26
	vmulps	%zmm20, %zmm23, %zmm23
	vfmsub231ps	%zmm25, %zmm20, %zmm28
	vfmsub231ps	%zmm24, %zmm17, %zmm23
	vaddps	%zmm28, %zmm17, %zmm25
	vaddps	%zmm26, %zmm20, %zmm26
	vaddps	%zmm23, %zmm1, %zmm23
	vmulps	%zmm22, %zmm25, %zmm6
	vaddps	%zmm17, %zmm25, %zmm17
	vfmadd231ps	%zmm2, %zmm23, %zmm5
	vmulps	%zmm3, %zmm23, %zmm2
	vfmadd231ps	%zmm21, %zmm23, %zmm7
	vfmsub231ps	%zmm3, %zmm26, %zmm6
	vaddps	%zmm1, %zmm23, %zmm1
	vfmsub231ps	%zmm25, %zmm5, %zmm2
	vmulps	%zmm26, %zmm5, %zmm5
	vaddps	%zmm6, %zmm7, %zmm3
	vfmsub231ps	%zmm22, %zmm23, %zmm5
	vfmadd231ps	%zmm3, %zmm26, %zmm17
	vaddps	%zmm2, %zmm4, %zmm2
	vaddps	%zmm5, %zmm18, %zmm4
	vaddps	%zmm20, %zmm26, %zmm5
	vfnmadd231ps	%zmm2, %zmm23, %zmm17
	vfmadd231ps	%zmm25, %zmm2, %zmm1
	vfmsub231ps	%zmm3, %zmm25, %zmm5
	vbroadcastss	(%r11), %zmm3
	vmulps	%zmm17, %zmm17, %zmm2
	vfnmadd231ps	%zmm4, %zmm26, %zmm1
	vfmsub231ps	%zmm23, %zmm4, %zmm5
	vfmadd231ps	%zmm5, %zmm5, %zmm2
	vfmadd231ps	%zmm1, %zmm1, %zmm2
	vfmadd213ps	(%rbx){1to16}, %zmm2, %zmm3
	vmulps	%zmm1, %zmm3, %zmm1
	vmulps	%zmm5, %zmm3, %zmm2
	vmulps	%zmm17, %zmm3, %zmm4
	vcmpltps	%zmm31, %zmm1, %k1
	vcmpeqps	(%rax,%rdi,4), %zmm31, %k1 {%k1}
	vmovups	%zmm16, (%rax,%rdi,4) {%k1}
	vmovups	%zmm2, -4096(%rax,%rdi,4)
	vmovups	%zmm4, -3584(%rax,%rdi,4)
	vmovups	%zmm1, -3072(%rax,%rdi,4)
	addq	$16, %rdi
	cmpq	$128, %rdi
	jne	.LBB0_37
	jmp	.LBB0_38
	.p2align	4
.LBB0_39:
	testb	$1, 11(%rsp)
	movq	464(%rsp), %rbx
	je	.LBB0_42
	movq	232(%rsp), %rdi
	movq	224(%rsp), %r8
	movq	216(%rsp), %r10
	movq	208(%rsp), %r11
	xorl	%edx, %edx
	.p2align	4
.LBB0_41:
	vmovss	(%r15,%rdx), %xmm0
	vmovss	%xmm0, -28(%r10,%rdx)
	vmovss	512(%r15,%rdx), %xmm0
	vmovss	%xmm0, -28(%rdi,%rdx)
	vmovss	1024(%r15,%rdx), %xmm0
	vmovss	%xmm0, -28(%r8,%rdx)
	vmovss	4096(%r15,%rdx), %xmm0
	vmovss	%xmm0, -28(%r11,%rdx)
	vmovss	4(%r15,%rdx), %xmm0
	vmovss	%xmm0, -24(%r10,%rdx)
	vmovss	516(%r15,%rdx), %xmm0
	vmovss	%xmm0, -24(%rdi,%rdx)
	vmovss	1028(%r15,%rdx), %xmm0
	vmovss	%xmm0, -24(%r8,%rdx)
	vmovss	4100(%r15,%rdx), %xmm0
	vmovss	%xmm0, -24(%r11,%rdx)
	vmovss	8(%r15,%rdx), %xmm0
	vmovss	%xmm0, -20(%r10,%rdx)
	vmovss	520(%r15,%rdx), %xmm0
	vmovss	%xmm0, -20(%rdi,%rdx)
	vmovss	1032(%r15,%rdx), %xmm0
	vmovss	%xmm0, -20(%r8,%rdx)
	vmovss	4104(%r15,%rdx), %xmm0
	vmovss	%xmm0, -20(%r11,%rdx)
	vmovss	12(%r15,%rdx), %xmm0
	vmovss	%xmm0, -16(%r10,%rdx)
	vmovss	524(%r15,%rdx), %xmm0
	vmovss	%xmm0, -16(%rdi,%rdx)
	vmovss	1036(%r15,%rdx), %xmm0
	vmovss	%xmm0, -16(%r8,%rdx)
	vmovss	4108(%r15,%rdx), %xmm0
	vmovss	%xmm0, -16(%r11,%rdx)
	vmovss	16(%r15,%rdx), %xmm0
	vmovss	%xmm0, -12(%r10,%rdx)
	vmovss	528(%r15,%rdx), %xmm0
	vmovss	%xmm0, -12(%rdi,%rdx)
	vmovss	1040(%r15,%rdx), %xmm0
	vmovss	%xmm0, -12(%r8,%rdx)
	vmovss	4112(%r15,%rdx), %xmm0
	vmovss	%xmm0, -12(%r11,%rdx)
	vmovss	20(%r15,%rdx), %xmm0
	vmovss	%xmm0, -8(%r10,%rdx)
	vmovss	532(%r15,%rdx), %xmm0
	vmovss	%xmm0, -8(%rdi,%rdx)
	vmovss	1044(%r15,%rdx), %xmm0
	vmovss	%xmm0, -8(%r8,%rdx)
	vmovss	4116(%r15,%rdx), %xmm0
	vmovss	%xmm0, -8(%r11,%rdx)
	vmovss	24(%r15,%rdx), %xmm0
	vmovss	%xmm0, -4(%r10,%rdx)
	vmovss	536(%r15,%rdx), %xmm0
	vmovss	%xmm0, -4(%rdi,%rdx)
	vmovss	1048(%r15,%rdx), %xmm0
	vmovss	%xmm0, -4(%r8,%rdx)
	vmovss	4120(%r15,%rdx), %xmm0
	vmovss	%xmm0, -4(%r11,%rdx)
	vmovss	28(%r15,%rdx), %xmm0
	vmovss	%xmm0, (%r10,%rdx)
	vmovss	540(%r15,%rdx), %xmm0
	vmovss	%xmm0, (%rdi,%rdx)
	vmovss	1052(%r15,%rdx), %xmm0
	vmovss	%xmm0, (%r8,%rdx)
	vmovd	4124(%r15,%rdx), %xmm0
	vmovd	%xmm0, (%r11,%rdx)
	addq	$32, %rdx
	cmpq	$512, %rdx
	jne	.LBB0_41
	jmp	.LBB0_43
.LBB0_44:
	movq	424(%rsp), %rdi
	movabsq	$NRT_decref, %rbx
	vzeroupper
	callq	*%rbx
	movq	1088(%rsp), %rdi
	callq	*%rbx
	movq	1000(%rsp), %rdi
	callq	*%rbx
	movq	432(%rsp), %rdi
	callq	*%rbx
	movq	440(%rsp), %rdi
	callq	*%rbx
	movq	176(%rsp), %rdi
	callq	*%rbx
	movq	1168(%rsp), %rdi
	callq	*%rbx
	movq	416(%rsp), %rdi
	callq	*%rbx
	movq	448(%rsp), %rax
	movq	$0, (%rax)
	xorl	%eax, %eax
.LBB0_45:
	addq	$888, %rsp
	.cfi_def_cfa_offset 56
	popq	%rbx
	.cfi_def_cfa_offset 48
	popq	%r12
	.cfi_def_cfa_offset 40
	popq	%r13
	.cfi_def_cfa_offset 32
	popq	%r14
	.cfi_def_cfa_offset 24
	popq	%r15
	.cfi_def_cfa_offset 16
	popq	%rbp
	.cfi_def_cfa_offset 8
	retq
.LBB0_9:
	.cfi_def_cfa_offset 944
	movabsq	$.const.picklebuf.ba289d81f05c7020f3477c15734804df65abe209, %rax
	jmp	.LBB0_10
.LBB0_11:
	movabsq	$.const.picklebuf.ba289d81f05c7020f3477c15734804df65abe209.9, %rax
	jmp	.LBB0_10
.LBB0_4:
	movabsq	$.const.picklebuf.ba289d81f05c7020f3477c15734804df65abe209.20, %rax
.LBB0_10:
	movq	48(%rsp), %rcx
	movq	%rax, (%rcx)
	movl	$1, %eax
	jmp	.LBB0_45
.Lfunc_end0:
	.size	_ZN8__main__3runB2v1B78c8tJTIeFIjxB2IKSgI4CrvSCKg1MMbCQQPKkLTj8gEEF9aYtuj_2br1UFS6rWawKAughmJlMbAIpoAE5ArrayIfLi3E1C7mutable7alignedE5ArrayIfLi3E1C7mutable7alignedE5ArrayIfLi1E1C7mutable7alignedEjjx5ArrayIfLi2E1C7mutable7alignedEb, .Lfunc_end0-_ZN8__main__3runB2v1B78c8tJTIeFIjxB2IKSgI4CrvSCKg1MMbCQQPKkLTj8gEEF9aYtuj_2br1UFS6rWawKAughmJlMbAIpoAE5ArrayIfLi3E1C7mutable7alignedE5ArrayIfLi3E1C7mutable7alignedE5ArrayIfLi1E1C7mutable7alignedEjjx5ArrayIfLi2E1C7mutable7alignedEb
	.cfi_endproc

	.globl	_ZN7cpython8__main__3runB2v1B78c8tJTIeFIjxB2IKSgI4CrvSCKg1MMbCQQPKkLTj8gEEF9aYtuj_2br1UFS6rWawKAughmJlMbAIpoAE5ArrayIfLi3E1C7mutable7alignedE5ArrayIfLi3E1C7mutable7alignedE5ArrayIfLi1E1C7mutable7alignedEjjx5ArrayIfLi2E1C7mutable7alignedEb
	.p2align	4
	.type	_ZN7cpython8__main__3runB2v1B78c8tJTIeFIjxB2IKSgI4CrvSCKg1MMbCQQPKkLTj8gEEF9aYtuj_2br1UFS6rWawKAughmJlMbAIpoAE5ArrayIfLi3E1C7mutable7alignedE5ArrayIfLi3E1C7mutable7alignedE5ArrayIfLi1E1C7mutable7alignedEjjx5ArrayIfLi2E1C7mutable7alignedEb,@function
_ZN7cpython8__main__3runB2v1B78c8tJTIeFIjxB2IKSgI4CrvSCKg1MMbCQQPKkLTj8gEEF9aYtuj_2br1UFS6rWawKAughmJlMbAIpoAE5ArrayIfLi3E1C7mutable7alignedE5ArrayIfLi3E1C7mutable7alignedE5ArrayIfLi1E1C7mutable7alignedEjjx5ArrayIfLi2E1C7mutable7alignedEb:
	.cfi_startproc
	pushq	%rbp
	.cfi_def_cfa_offset 16
	pushq	%r15
	.cfi_def_cfa_offset 24
	pushq	%r14
	.cfi_def_cfa_offset 32
	pushq	%r13
	.cfi_def_cfa_offset 40
	pushq	%r12
	.cfi_def_cfa_offset 48
	pushq	%rbx
	.cfi_def_cfa_offset 56
	subq	$520, %rsp
	.cfi_def_cfa_offset 576
	.cfi_offset %rbx, -56
	.cfi_offset %r12, -48
	.cfi_offset %r13, -40
	.cfi_offset %r14, -32
	.cfi_offset %r15, -24
	.cfi_offset %rbp, -16
	leaq	128(%rsp), %r10
	movq	%rsi, %rdi
	xorl	%ebx, %ebx
	leaq	136(%rsp), %r11
	leaq	144(%rsp), %r14
	leaq	152(%rsp), %r15
	leaq	160(%rsp), %r12
	leaq	168(%rsp), %r13
	movabsq	$.const.run, %rsi
	movabsq	$PyArg_UnpackTuple, %rbp
	leaq	184(%rsp), %r8
	leaq	176(%rsp), %r9
	movl	$8, %edx
	movl	$8, %ecx
	xorl	%eax, %eax
	pushq	%r10
	.cfi_adjust_cfa_offset 8
	pushq	%r11
	.cfi_adjust_cfa_offset 8
	pushq	%r14
	.cfi_adjust_cfa_offset 8
	pushq	%r15
	.cfi_adjust_cfa_offset 8
	pushq	%r12
	.cfi_adjust_cfa_offset 8
	pushq	%r13
	.cfi_adjust_cfa_offset 8
	callq	*%rbp
	addq	$48, %rsp
	.cfi_adjust_cfa_offset -48
	vxorps	%xmm0, %xmm0, %xmm0
	vmovups	%zmm0, 192(%rsp)
	movq	$0, 256(%rsp)
	movq	$0, 56(%rsp)
	testl	%eax, %eax
	je	.LBB1_43
	movabsq	$_ZN08NumbaEnv8__main__3runB2v1B78c8tJTIeFIjxB2IKSgI4CrvSCKg1MMbCQQPKkLTj8gEEF9aYtuj_2br1UFS6rWawKAughmJlMbAIpoAE5ArrayIfLi3E1C7mutable7alignedE5ArrayIfLi3E1C7mutable7alignedE5ArrayIfLi1E1C7mutable7alignedEjjx5ArrayIfLi2E1C7mutable7alignedEb, %rax
	cmpq	$0, (%rax)
	je	.LBB1_2
	movq	184(%rsp), %rdi
	movabsq	$NRT_adapt_ndarray_from_python, %rax
	leaq	336(%rsp), %rsi
	vmovups	%zmm0, 336(%rsp)
	vmovups	%zmm0, 360(%rsp)
	movq	%rax, %r15
	vzeroupper
	callq	*%rax
	cmpq	$4, 360(%rsp)
	setne	%cl
	testl	%eax, %eax
	setne	%bl
	orb	%cl, %bl
	cmpb	$1, %bl
	je	.LBB1_5
	testb	%bl, %bl
	jne	.LBB1_42
.LBB1_7:
	movq	336(%rsp), %rax
	movq	176(%rsp), %rdi
	movq	368(%rsp), %r14
	movq	376(%rsp), %r13
	movq	384(%rsp), %rbp
	movq	392(%rsp), %r12
	leaq	432(%rsp), %rsi
	vxorps	%xmm0, %xmm0, %xmm0
	vmovups	%zmm0, 432(%rsp)
	vmovups	%zmm0, 456(%rsp)
	movq	%rax, 48(%rsp)
	vzeroupper
	callq	*%r15
	cmpq	$4, 456(%rsp)
	setne	%cl
	testl	%eax, %eax
	setne	%bl
	orb	%cl, %bl
	jne	.LBB1_8
	testb	%bl, %bl
	jne	.LBB1_14
.LBB1_10:
	movq	480(%rsp), %rax
	movq	168(%rsp), %rdi
	movq	%r12, 8(%rsp)
	movq	432(%rsp), %r12
	movq	464(%rsp), %rbx
	leaq	272(%rsp), %rsi
	vxorps	%xmm0, %xmm0, %xmm0
	vmovups	%ymm0, 272(%rsp)
	vmovups	%ymm0, 296(%rsp)
	movq	%rax, 120(%rsp)
	movq	488(%rsp), %rax
	movq	%rax, 112(%rsp)
	vzeroupper
	callq	*%r15
	testl	%eax, %eax
	jne	.LBB1_12
	cmpq	$4, 296(%rsp)
	jne	.LBB1_12
	movq	272(%rsp), %rax
	movq	304(%rsp), %rdx
	movq	312(%rsp), %rcx
	movq	160(%rsp), %rdi
	movq	%rbp, 88(%rsp)
	movabsq	$PyNumber_Long, %rbp
	movq	%rbx, 80(%rsp)
	movq	%r13, 96(%rsp)
	movq	%r14, 104(%rsp)
	movq	%rax, 32(%rsp)
	movq	%rdx, 72(%rsp)
	movq	%rcx, 64(%rsp)
	callq	*%rbp
	movabsq	$PyLong_AsUnsignedLongLong, %r13
	movabsq	$Py_DecRef, %r14
	movq	%r12, 40(%rsp)
	testq	%rax, %rax
	je	.LBB1_16
	movq	%rax, %rdi
	movq	%rax, %rbx
	callq	*%r13
	movq	%rbx, %rdi
	movq	%rax, 24(%rsp)
	callq	*%r14
	movabsq	$PyErr_Occurred, %r12
	callq	*%r12
	testq	%rax, %rax
	jne	.LBB1_32
.LBB1_19:
	movq	152(%rsp), %rdi
	callq	*%rbp
	testq	%rax, %rax
	je	.LBB1_20
	movq	%rax, %rdi
	movq	%rax, %rbx
	callq	*%r13
	movq	%rbx, %rdi
	movq	%rax, %r13
	callq	*%r14
	callq	*%r12
	testq	%rax, %rax
	jne	.LBB1_32
.LBB1_23:
	movq	144(%rsp), %rdi
	callq	*%rbp
	testq	%rax, %rax
	je	.LBB1_24
	movq	%rax, %rbx
	movabsq	$PyLong_AsLongLong, %rax
	movq	%rbx, %rdi
	callq	*%rax
	movq	%rbx, %rdi
	movq	%rax, %rbp
	callq	*%r14
	callq	*%r12
	testq	%rax, %rax
	jne	.LBB1_32
.LBB1_27:
	movq	136(%rsp), %rdi
	leaq	192(%rsp), %rsi
	vxorps	%xmm0, %xmm0, %xmm0
	vmovups	%zmm0, 192(%rsp)
	movq	$0, 256(%rsp)
	vzeroupper
	callq	*%r15
	cmpq	$4, 216(%rsp)
	setne	%cl
	testl	%eax, %eax
	setne	%bl
	orb	%cl, %bl
	cmpb	$1, %bl
	je	.LBB1_28
	testb	%bl, %bl
	jne	.LBB1_32
.LBB1_30:
	movq	192(%rsp), %rax
	movq	128(%rsp), %rdi
	movq	%r13, %rbx
	movq	224(%rsp), %r15
	movq	240(%rsp), %r13
	movq	%rax, 16(%rsp)
	movabsq	$PyObject_IsTrue, %rax
	callq	*%rax
	movl	%eax, %r14d
	callq	*%r12
	testq	%rax, %rax
	jne	.LBB1_31
	xorl	%r12d, %r12d
	testl	%r14d, %r14d
	movabsq	$PyEval_SaveThread, %rax
	setne	%r12b
	callq	*%rax
	movq	%rax, %r14
	subq	$304, %rsp
	.cfi_adjust_cfa_offset 304
	movq	368(%rsp), %rdx
	movq	376(%rsp), %rsi
	movq	328(%rsp), %rax
	movl	%r12d, 296(%rsp)
	movq	%r13, 272(%rsp)
	movq	%r15, 256(%rsp)
	movl	%ebx, 208(%rsp)
	movq	320(%rsp), %rbx
	movq	336(%rsp), %r12
	movq	344(%rsp), %r13
	movq	352(%rsp), %r15
	leaq	632(%rsp), %rdi
	movq	%rbp, 216(%rsp)
	movq	%rdx, 184(%rsp)
	movq	416(%rsp), %rdx
	movq	%rsi, 176(%rsp)
	movq	424(%rsp), %rsi
	movl	%eax, 200(%rsp)
	movabsq	$_ZN8__main__3runB2v1B78c8tJTIeFIjxB2IKSgI4CrvSCKg1MMbCQQPKkLTj8gEEF9aYtuj_2br1UFS6rWawKAughmJlMbAIpoAE5ArrayIfLi3E1C7mutable7alignedE5ArrayIfLi3E1C7mutable7alignedE5ArrayIfLi1E1C7mutable7alignedEjjx5ArrayIfLi2E1C7mutable7alignedEb, %rax
	movq	%rbx, 224(%rsp)
	movq	%r12, 144(%rsp)
	movq	%r13, 56(%rsp)
	movq	%rdx, 112(%rsp)
	movq	384(%rsp), %rdx
	movq	%rsi, 104(%rsp)
	movq	312(%rsp), %rsi
	movq	%rdx, 88(%rsp)
	movq	392(%rsp), %rdx
	movq	%rsi, 24(%rsp)
	movq	400(%rsp), %rsi
	movq	%rdx, 16(%rsp)
	movq	408(%rsp), %rdx
	movq	%rsi, 8(%rsp)
	leaq	360(%rsp), %rsi
	movq	%rdx, (%rsp)
	movq	%r15, %rdx
	callq	*%rax
	addq	$304, %rsp
	.cfi_adjust_cfa_offset -304
	movq	56(%rsp), %rcx
	movl	%eax, %ebp
	movabsq	$PyEval_RestoreThread, %rax
	movq	%r14, %rdi
	movq	%rcx, 8(%rsp)
	callq	*%rax
	movabsq	$NRT_decref, %r14
	movq	%r15, %rdi
	callq	*%r14
	movq	%r13, %rdi
	callq	*%r14
	movq	%r12, %rdi
	callq	*%r14
	movq	%rbx, %rdi
	callq	*%r14
	testl	%ebp, %ebp
	jne	.LBB1_35
	movabsq	$_Py_NoneStruct, %rbx
	movabsq	$Py_IncRef, %rax
	movq	%rbx, %rdi
	callq	*%rax
.LBB1_43:
	movq	%rbx, %rax
	addq	$520, %rsp
	.cfi_def_cfa_offset 56
	popq	%rbx
	.cfi_def_cfa_offset 48
	popq	%r12
	.cfi_def_cfa_offset 40
	popq	%r13
	.cfi_def_cfa_offset 32
	popq	%r14
	.cfi_def_cfa_offset 24
	popq	%r15
	.cfi_def_cfa_offset 16
	popq	%rbp
	.cfi_def_cfa_offset 8
	vzeroupper
	retq
.LBB1_35:
	.cfi_def_cfa_offset 576
	movabsq	$PyErr_Clear, %rax
	callq	*%rax
	movq	8(%rsp), %r14
	movl	8(%r14), %esi
	movq	(%r14), %rdi
	cmpl	$0, 32(%r14)
	jle	.LBB1_38
	movslq	%esi, %rsi
	movabsq	$PyBytes_FromStringAndSize, %rax
	callq	*%rax
	movq	16(%r14), %rdi
	movq	%rax, %rbx
	callq	*24(%r14)
	testq	%rax, %rax
	je	.LBB1_37
	movabsq	$numba_runtime_build_excinfo_struct, %rcx
	movq	%rbx, %rdi
	movq	%rax, %rsi
	callq	*%rcx
	movabsq	$NRT_Free, %r15
	movq	%r14, %rdi
	movq	%rax, %rbx
	callq	*%r15
	jmp	.LBB1_39
.LBB1_2:
	movabsq	$PyExc_RuntimeError, %rdi
	movabsq	$".const.missing Environment: _ZN08NumbaEnv8__main__3runB2v1B78c8tJTIeFIjxB2IKSgI4CrvSCKg1MMbCQQPKkLTj8gEEF9aYtuj_2br1UFS6rWawKAughmJlMbAIpoAE5ArrayIfLi3E1C7mutable7alignedE5ArrayIfLi3E1C7mutable7alignedE5ArrayIfLi1E1C7mutable7alignedEjjx5ArrayIfLi2E1C7mutable7alignedEb", %rsi
.LBB1_3:
	movabsq	$PyErr_SetString, %rax
	vzeroupper
	callq	*%rax
	jmp	.LBB1_42
.LBB1_5:
	movabsq	$PyExc_TypeError, %rdi
	movabsq	$".const.can't unbox array from PyObject into native value.  The object maybe of a different type", %rsi
	movabsq	$PyErr_SetString, %rax
	callq	*%rax
	testb	%bl, %bl
	je	.LBB1_7
	jmp	.LBB1_42
.LBB1_8:
	movabsq	$PyExc_TypeError, %rdi
	movabsq	$".const.can't unbox array from PyObject into native value.  The object maybe of a different type", %rsi
	movabsq	$PyErr_SetString, %rax
	callq	*%rax
	testb	%bl, %bl
	je	.LBB1_10
	jmp	.LBB1_14
.LBB1_12:
	movabsq	$PyExc_TypeError, %rdi
	movabsq	$".const.can't unbox array from PyObject into native value.  The object maybe of a different type", %rsi
	movabsq	$PyErr_SetString, %rax
	callq	*%rax
	jmp	.LBB1_13
.LBB1_16:
	movq	$0, 24(%rsp)
	movabsq	$PyErr_Occurred, %r12
	callq	*%r12
	testq	%rax, %rax
	je	.LBB1_19
	jmp	.LBB1_32
.LBB1_20:
	xorl	%r13d, %r13d
	callq	*%r12
	testq	%rax, %rax
	je	.LBB1_23
	jmp	.LBB1_32
.LBB1_24:
	xorl	%ebp, %ebp
	callq	*%r12
	testq	%rax, %rax
	je	.LBB1_27
	jmp	.LBB1_32
.LBB1_28:
	movabsq	$PyExc_TypeError, %rdi
	movabsq	$".const.can't unbox array from PyObject into native value.  The object maybe of a different type", %rsi
	movabsq	$PyErr_SetString, %rax
	callq	*%rax
	testb	%bl, %bl
	je	.LBB1_30
	jmp	.LBB1_32
.LBB1_31:
	movq	16(%rsp), %rdi
	movabsq	$NRT_decref, %rax
	callq	*%rax
.LBB1_32:
	movq	32(%rsp), %rdi
	movabsq	$NRT_decref, %rax
	callq	*%rax
	movq	40(%rsp), %r12
.LBB1_13:
	movabsq	$NRT_decref, %rax
	movq	%r12, %rdi
	callq	*%rax
.LBB1_14:
	movq	48(%rsp), %rdi
	movabsq	$NRT_decref, %rax
	jmp	.LBB1_41
.LBB1_38:
	movq	16(%r14), %rdx
	movabsq	$numba_unpickle, %rax
	callq	*%rax
	movq	%rax, %rbx
.LBB1_39:
	testq	%rbx, %rbx
	je	.LBB1_42
	movabsq	$numba_do_raise, %rax
	movq	%rbx, %rdi
.LBB1_41:
	callq	*%rax
.LBB1_42:
	xorl	%ebx, %ebx
	jmp	.LBB1_43
.LBB1_37:
	movabsq	$PyExc_RuntimeError, %rdi
	movabsq	$".const.Error creating Python tuple from runtime exception arguments", %rsi
	jmp	.LBB1_3
.Lfunc_end1:
	.size	_ZN7cpython8__main__3runB2v1B78c8tJTIeFIjxB2IKSgI4CrvSCKg1MMbCQQPKkLTj8gEEF9aYtuj_2br1UFS6rWawKAughmJlMbAIpoAE5ArrayIfLi3E1C7mutable7alignedE5ArrayIfLi3E1C7mutable7alignedE5ArrayIfLi1E1C7mutable7alignedEjjx5ArrayIfLi2E1C7mutable7alignedEb, .Lfunc_end1-_ZN7cpython8__main__3runB2v1B78c8tJTIeFIjxB2IKSgI4CrvSCKg1MMbCQQPKkLTj8gEEF9aYtuj_2br1UFS6rWawKAughmJlMbAIpoAE5ArrayIfLi3E1C7mutable7alignedE5ArrayIfLi3E1C7mutable7alignedE5ArrayIfLi1E1C7mutable7alignedEjjx5ArrayIfLi2E1C7mutable7alignedEb
	.cfi_endproc

	.globl	cfunc._ZN8__main__3runB2v1B78c8tJTIeFIjxB2IKSgI4CrvSCKg1MMbCQQPKkLTj8gEEF9aYtuj_2br1UFS6rWawKAughmJlMbAIpoAE5ArrayIfLi3E1C7mutable7alignedE5ArrayIfLi3E1C7mutable7alignedE5ArrayIfLi1E1C7mutable7alignedEjjx5ArrayIfLi2E1C7mutable7alignedEb
	.p2align	4
	.type	cfunc._ZN8__main__3runB2v1B78c8tJTIeFIjxB2IKSgI4CrvSCKg1MMbCQQPKkLTj8gEEF9aYtuj_2br1UFS6rWawKAughmJlMbAIpoAE5ArrayIfLi3E1C7mutable7alignedE5ArrayIfLi3E1C7mutable7alignedE5ArrayIfLi1E1C7mutable7alignedEjjx5ArrayIfLi2E1C7mutable7alignedEb,@function
cfunc._ZN8__main__3runB2v1B78c8tJTIeFIjxB2IKSgI4CrvSCKg1MMbCQQPKkLTj8gEEF9aYtuj_2br1UFS6rWawKAughmJlMbAIpoAE5ArrayIfLi3E1C7mutable7alignedE5ArrayIfLi3E1C7mutable7alignedE5ArrayIfLi1E1C7mutable7alignedEjjx5ArrayIfLi2E1C7mutable7alignedEb:
	.cfi_startproc
	pushq	%rbp
	.cfi_def_cfa_offset 16
	pushq	%r15
	.cfi_def_cfa_offset 24
	pushq	%r14
	.cfi_def_cfa_offset 32
	pushq	%rbx
	.cfi_def_cfa_offset 40
	subq	$328, %rsp
	.cfi_def_cfa_offset 368
	.cfi_offset %rbx, -40
	.cfi_offset %r14, -32
	.cfi_offset %r15, -24
	.cfi_offset %rbp, -16
	vmovups	456(%rsp), %xmm1
	vmovaps	528(%rsp), %xmm2
	vmovups	568(%rsp), %xmm3
	vmovaps	368(%rsp), %xmm0
	movzbl	648(%rsp), %ebp
	movq	%rdi, %rdx
	movq	608(%rsp), %r11
	movq	624(%rsp), %rbx
	movq	408(%rsp), %rax
	movq	496(%rsp), %rsi
	movl	552(%rsp), %edi
	movl	560(%rsp), %r10d
	movq	440(%rsp), %rcx
	movq	$0, 320(%rsp)
	movq	$0, 312(%rsp)
	andl	$1, %ebp
	movq	%rbx, 272(%rsp)
	movq	%r11, 256(%rsp)
	movl	%ebp, 296(%rsp)
	vmovups	%xmm3, 216(%rsp)
	movl	%edi, 200(%rsp)
	movl	%r10d, 208(%rsp)
	vmovups	%xmm2, 176(%rsp)
	movq	%rsi, 144(%rsp)
	vmovups	%xmm1, 104(%rsp)
	movq	%rax, 56(%rsp)
	movabsq	$_ZN8__main__3runB2v1B78c8tJTIeFIjxB2IKSgI4CrvSCKg1MMbCQQPKkLTj8gEEF9aYtuj_2br1UFS6rWawKAughmJlMbAIpoAE5ArrayIfLi3E1C7mutable7alignedE5ArrayIfLi3E1C7mutable7alignedE5ArrayIfLi1E1C7mutable7alignedEjjx5ArrayIfLi2E1C7mutable7alignedEb, %rax
	leaq	320(%rsp), %rdi
	leaq	312(%rsp), %rsi
	movq	%rcx, 88(%rsp)
	vmovups	%xmm0, 16(%rsp)
	movq	%r9, 8(%rsp)
	movq	%r8, (%rsp)
	callq	*%rax
	movl	%eax, %ecx
	movq	312(%rsp), %rbx
	movq	320(%rsp), %rax
	movl	$0, 308(%rsp)
	testl	%ecx, %ecx
	jne	.LBB2_1
.LBB2_7:
	addq	$328, %rsp
	.cfi_def_cfa_offset 40
	popq	%rbx
	.cfi_def_cfa_offset 32
	popq	%r14
	.cfi_def_cfa_offset 24
	popq	%r15
	.cfi_def_cfa_offset 16
	popq	%rbp
	.cfi_def_cfa_offset 8
	retq
.LBB2_1:
	.cfi_def_cfa_offset 368
	movabsq	$numba_gil_ensure, %r14
	leaq	308(%rsp), %rdi
	movq	%rax, %r15
	callq	*%r14
	movabsq	$PyErr_Clear, %rax
	callq	*%rax
	movl	8(%rbx), %esi
	movq	(%rbx), %rdi
	cmpl	$0, 32(%rbx)
	jle	.LBB2_4
	movslq	%esi, %rsi
	movabsq	$PyBytes_FromStringAndSize, %rax
	callq	*%rax
	movq	16(%rbx), %rdi
	movq	%rax, %r14
	callq	*24(%rbx)
	testq	%rax, %rax
	je	.LBB2_3
	movabsq	$numba_runtime_build_excinfo_struct, %rcx
	movq	%r14, %rdi
	movq	%rax, %rsi
	callq	*%rcx
	movabsq	$NRT_Free, %rbp
	movq	%rbx, %rdi
	movq	%rax, %r14
	callq	*%rbp
	jmp	.LBB2_5
.LBB2_4:
	movq	16(%rbx), %rdx
	movabsq	$numba_unpickle, %rax
	callq	*%rax
	movq	%rax, %r14
.LBB2_5:
	testq	%r14, %r14
	je	.LBB2_6
	movabsq	$numba_do_raise, %rax
	movq	%r14, %rdi
	callq	*%rax
.LBB2_6:
	movabsq	$".const.<numba.core.cpu.CPUContext>", %rdi
	movabsq	$PyUnicode_FromString, %rax
	callq	*%rax
	movabsq	$PyErr_WriteUnraisable, %r14
	movq	%rax, %rbx
	movq	%rbx, %rdi
	callq	*%r14
	movabsq	$Py_DecRef, %rax
	movq	%rbx, %rdi
	callq	*%rax
	movabsq	$numba_gil_release, %rax
	leaq	308(%rsp), %rdi
	callq	*%rax
	movq	%r15, %rax
	jmp	.LBB2_7
.LBB2_3:
	movabsq	$PyExc_RuntimeError, %rdi
	movabsq	$".const.Error creating Python tuple from runtime exception arguments.1", %rsi
	movabsq	$PyErr_SetString, %rax
	callq	*%rax
	xorl	%eax, %eax
	jmp	.LBB2_7
.Lfunc_end2:
	.size	cfunc._ZN8__main__3runB2v1B78c8tJTIeFIjxB2IKSgI4CrvSCKg1MMbCQQPKkLTj8gEEF9aYtuj_2br1UFS6rWawKAughmJlMbAIpoAE5ArrayIfLi3E1C7mutable7alignedE5ArrayIfLi3E1C7mutable7alignedE5ArrayIfLi1E1C7mutable7alignedEjjx5ArrayIfLi2E1C7mutable7alignedEb, .Lfunc_end2-cfunc._ZN8__main__3runB2v1B78c8tJTIeFIjxB2IKSgI4CrvSCKg1MMbCQQPKkLTj8gEEF9aYtuj_2br1UFS6rWawKAughmJlMbAIpoAE5ArrayIfLi3E1C7mutable7alignedE5ArrayIfLi3E1C7mutable7alignedE5ArrayIfLi1E1C7mutable7alignedEjjx5ArrayIfLi2E1C7mutable7alignedEb
	.cfi_endproc

	.weak	NRT_incref
	.p2align	4
	.type	NRT_incref,@function
NRT_incref:
	testq	%rdi, %rdi
	je	.LBB3_2
	lock		incq	(%rdi)
.LBB3_2:
	retq
.Lfunc_end3:
	.size	NRT_incref, .Lfunc_end3-NRT_incref

	.weak	NRT_decref
	.p2align	4
	.type	NRT_decref,@function
NRT_decref:
	.cfi_startproc
	testq	%rdi, %rdi
	je	.LBB4_2
	#MEMBARRIER
	lock		decq	(%rdi)
	je	.LBB4_3
.LBB4_2:
	retq
.LBB4_3:
	movabsq	$NRT_MemInfo_call_dtor, %rax
	#MEMBARRIER
	jmpq	*%rax
.Lfunc_end4:
	.size	NRT_decref, .Lfunc_end4-NRT_decref
	.cfi_endproc

	.type	.const.run,@object
	.section	.lrodata,"al",@progbits
.const.run:
	.asciz	"run"
	.size	.const.run, 4

	.type	_ZN08NumbaEnv8__main__3runB2v1B78c8tJTIeFIjxB2IKSgI4CrvSCKg1MMbCQQPKkLTj8gEEF9aYtuj_2br1UFS6rWawKAughmJlMbAIpoAE5ArrayIfLi3E1C7mutable7alignedE5ArrayIfLi3E1C7mutable7alignedE5ArrayIfLi1E1C7mutable7alignedEjjx5ArrayIfLi2E1C7mutable7alignedEb,@object
	.comm	_ZN08NumbaEnv8__main__3runB2v1B78c8tJTIeFIjxB2IKSgI4CrvSCKg1MMbCQQPKkLTj8gEEF9aYtuj_2br1UFS6rWawKAughmJlMbAIpoAE5ArrayIfLi3E1C7mutable7alignedE5ArrayIfLi3E1C7mutable7alignedE5ArrayIfLi1E1C7mutable7alignedEjjx5ArrayIfLi2E1C7mutable7alignedEb,8,8
	.type	".const.missing Environment: _ZN08NumbaEnv8__main__3runB2v1B78c8tJTIeFIjxB2IKSgI4CrvSCKg1MMbCQQPKkLTj8gEEF9aYtuj_2br1UFS6rWawKAughmJlMbAIpoAE5ArrayIfLi3E1C7mutable7alignedE5ArrayIfLi3E1C7mutable7alignedE5ArrayIfLi1E1C7mutable7alignedEjjx5ArrayIfLi2E1C7mutable7alignedEb",@object
	.p2align	4, 0x0
".const.missing Environment: _ZN08NumbaEnv8__main__3runB2v1B78c8tJTIeFIjxB2IKSgI4CrvSCKg1MMbCQQPKkLTj8gEEF9aYtuj_2br1UFS6rWawKAughmJlMbAIpoAE5ArrayIfLi3E1C7mutable7alignedE5ArrayIfLi3E1C7mutable7alignedE5ArrayIfLi1E1C7mutable7alignedEjjx5ArrayIfLi2E1C7mutable7alignedEb":
	.asciz	"missing Environment: _ZN08NumbaEnv8__main__3runB2v1B78c8tJTIeFIjxB2IKSgI4CrvSCKg1MMbCQQPKkLTj8gEEF9aYtuj_2br1UFS6rWawKAughmJlMbAIpoAE5ArrayIfLi3E1C7mutable7alignedE5ArrayIfLi3E1C7mutable7alignedE5ArrayIfLi1E1C7mutable7alignedEjjx5ArrayIfLi2E1C7mutable7alignedEb"
	.size	".const.missing Environment: _ZN08NumbaEnv8__main__3runB2v1B78c8tJTIeFIjxB2IKSgI4CrvSCKg1MMbCQQPKkLTj8gEEF9aYtuj_2br1UFS6rWawKAughmJlMbAIpoAE5ArrayIfLi3E1C7mutable7alignedE5ArrayIfLi3E1C7mutable7alignedE5ArrayIfLi1E1C7mutable7alignedEjjx5ArrayIfLi2E1C7mutable7alignedEb", 262

	.type	".const.can't unbox array from PyObject into native value.  The object maybe of a different type",@object
	.p2align	4, 0x0
".const.can't unbox array from PyObject into native value.  The object maybe of a different type":
	.asciz	"can't unbox array from PyObject into native value.  The object maybe of a different type"
	.size	".const.can't unbox array from PyObject into native value.  The object maybe of a different type", 89

	.type	".const.Error creating Python tuple from runtime exception arguments",@object
	.p2align	4, 0x0
".const.Error creating Python tuple from runtime exception arguments":
	.asciz	"Error creating Python tuple from runtime exception arguments"
	.size	".const.Error creating Python tuple from runtime exception arguments", 61

	.type	".const.Error creating Python tuple from runtime exception arguments.1",@object
	.p2align	4, 0x0
".const.Error creating Python tuple from runtime exception arguments.1":
	.asciz	"Error creating Python tuple from runtime exception arguments"
	.size	".const.Error creating Python tuple from runtime exception arguments.1", 61

	.type	".const.<numba.core.cpu.CPUContext>",@object
	.p2align	4, 0x0
".const.<numba.core.cpu.CPUContext>":
	.asciz	"<numba.core.cpu.CPUContext>"
	.size	".const.<numba.core.cpu.CPUContext>", 28

	.type	_ZN08NumbaEnv5numba2np8arrayobj11ol_np_empty12_3clocals_3e4implB2v5B74c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAgXrKFt1X1eogKfVaTWDAYkQ91Dxg0IFZmgA_3dEx18class_28float32_29,@object
	.comm	_ZN08NumbaEnv5numba2np8arrayobj11ol_np_empty12_3clocals_3e4implB2v5B74c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAgXrKFt1X1eogKfVaTWDAYkQ91Dxg0IFZmgA_3dEx18class_28float32_29,8,8
	.type	.const.pickledata.ba289d81f05c7020f3477c15734804df65abe209,@object
	.p2align	4, 0x0
.const.pickledata.ba289d81f05c7020f3477c15734804df65abe209:
	.ascii	"\200\004\225K\000\000\000\000\000\000\000\214\bbuiltins\224\214\013MemoryError\224\223\224\214'Allocation failed (probably too large).\224\205\224N\207\224."
	.size	.const.pickledata.ba289d81f05c7020f3477c15734804df65abe209, 86

	.type	.const.pickledata.ba289d81f05c7020f3477c15734804df65abe209.sha1,@object
	.p2align	4, 0x0
.const.pickledata.ba289d81f05c7020f3477c15734804df65abe209.sha1:
	.ascii	"\272(\235\201\360\\p \363G|\025sH\004\337e\253\342\t"
	.size	.const.pickledata.ba289d81f05c7020f3477c15734804df65abe209.sha1, 20

	.type	.const.picklebuf.ba289d81f05c7020f3477c15734804df65abe209,@object
	.p2align	4, 0x0
.const.picklebuf.ba289d81f05c7020f3477c15734804df65abe209:
	.quad	.const.pickledata.ba289d81f05c7020f3477c15734804df65abe209
	.long	86
	.zero	4
	.quad	.const.pickledata.ba289d81f05c7020f3477c15734804df65abe209.sha1
	.quad	0
	.long	0
	.zero	4
	.size	.const.picklebuf.ba289d81f05c7020f3477c15734804df65abe209, 40

	.type	_ZN08NumbaEnv5numba2np8arrayobj11ol_np_empty12_3clocals_3e4implB2v8B74c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAgXrKFt1X1eogKfVaTWDAYkQ91Dxg0IFZmgA_3dEx17class_28uint32_29,@object
	.comm	_ZN08NumbaEnv5numba2np8arrayobj11ol_np_empty12_3clocals_3e4implB2v8B74c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAgXrKFt1X1eogKfVaTWDAYkQ91Dxg0IFZmgA_3dEx17class_28uint32_29,8,8
	.type	.const.pickledata.ba289d81f05c7020f3477c15734804df65abe209.10,@object
	.p2align	4, 0x0
.const.pickledata.ba289d81f05c7020f3477c15734804df65abe209.10:
	.ascii	"\200\004\225K\000\000\000\000\000\000\000\214\bbuiltins\224\214\013MemoryError\224\223\224\214'Allocation failed (probably too large).\224\205\224N\207\224."
	.size	.const.pickledata.ba289d81f05c7020f3477c15734804df65abe209.10, 86

	.type	.const.pickledata.ba289d81f05c7020f3477c15734804df65abe209.sha1.11,@object
	.p2align	4, 0x0
.const.pickledata.ba289d81f05c7020f3477c15734804df65abe209.sha1.11:
	.ascii	"\272(\235\201\360\\p \363G|\025sH\004\337e\253\342\t"
	.size	.const.pickledata.ba289d81f05c7020f3477c15734804df65abe209.sha1.11, 20

	.type	.const.picklebuf.ba289d81f05c7020f3477c15734804df65abe209.9,@object
	.p2align	4, 0x0
.const.picklebuf.ba289d81f05c7020f3477c15734804df65abe209.9:
	.quad	.const.pickledata.ba289d81f05c7020f3477c15734804df65abe209.10
	.long	86
	.zero	4
	.quad	.const.pickledata.ba289d81f05c7020f3477c15734804df65abe209.sha1.11
	.quad	0
	.long	0
	.zero	4
	.size	.const.picklebuf.ba289d81f05c7020f3477c15734804df65abe209.9, 40

	.type	_ZN08NumbaEnv5numba2np8arrayobj11ol_np_empty12_3clocals_3e4implB2v9B74c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAgXrKFt1X1eogKfVaTWDAYkQ91Dxg0IFZmgA_3dEx17class_28uint64_29,@object
	.comm	_ZN08NumbaEnv5numba2np8arrayobj11ol_np_empty12_3clocals_3e4implB2v9B74c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAgXrKFt1X1eogKfVaTWDAYkQ91Dxg0IFZmgA_3dEx17class_28uint64_29,8,8
	.type	_ZN08NumbaEnv5numba2np8arrayobj15_call_allocatorB2v6B42c8tJTC_2fWQA93W1AaAIYBPIqRBFCjDSZRVAJmaQIAEN29typeref_5b_3cclass_20_27numba4core5types8npytypes14Array_27_3e_5dExj,@object
	.comm	_ZN08NumbaEnv5numba2np8arrayobj15_call_allocatorB2v6B42c8tJTC_2fWQA93W1AaAIYBPIqRBFCjDSZRVAJmaQIAEN29typeref_5b_3cclass_20_27numba4core5types8npytypes14Array_27_3e_5dExj,8,8
	.type	_ZN08NumbaEnv5numba2np8arrayobj18_ol_array_allocate12_3clocals_3e4implB2v7B42c8tJTIeFIjxB2IKSgI4CrvQClcaMQ5hEEUSJJgA_3dEN29typeref_5b_3cclass_20_27numba4core5types8npytypes14Array_27_3e_5dExj,@object
	.comm	_ZN08NumbaEnv5numba2np8arrayobj18_ol_array_allocate12_3clocals_3e4implB2v7B42c8tJTIeFIjxB2IKSgI4CrvQClcaMQ5hEEUSJJgA_3dEN29typeref_5b_3cclass_20_27numba4core5types8npytypes14Array_27_3e_5dExj,8,8
	.type	.const.pickledata.ba289d81f05c7020f3477c15734804df65abe209.21,@object
	.p2align	4, 0x0
.const.pickledata.ba289d81f05c7020f3477c15734804df65abe209.21:
	.ascii	"\200\004\225K\000\000\000\000\000\000\000\214\bbuiltins\224\214\013MemoryError\224\223\224\214'Allocation failed (probably too large).\224\205\224N\207\224."
	.size	.const.pickledata.ba289d81f05c7020f3477c15734804df65abe209.21, 86

	.type	.const.pickledata.ba289d81f05c7020f3477c15734804df65abe209.sha1.22,@object
	.p2align	4, 0x0
.const.pickledata.ba289d81f05c7020f3477c15734804df65abe209.sha1.22:
	.ascii	"\272(\235\201\360\\p \363G|\025sH\004\337e\253\342\t"
	.size	.const.pickledata.ba289d81f05c7020f3477c15734804df65abe209.sha1.22, 20

	.type	.const.picklebuf.ba289d81f05c7020f3477c15734804df65abe209.20,@object
	.p2align	4, 0x0
.const.picklebuf.ba289d81f05c7020f3477c15734804df65abe209.20:
	.quad	.const.pickledata.ba289d81f05c7020f3477c15734804df65abe209.21
	.long	86
	.zero	4
	.quad	.const.pickledata.ba289d81f05c7020f3477c15734804df65abe209.sha1.22
	.quad	0
	.long	0
	.zero	4
	.size	.const.picklebuf.ba289d81f05c7020f3477c15734804df65abe209.20, 40

	.type	_ZN08NumbaEnv5numba7cpython8builtins6ol_max12_3clocals_3e4implB3v10B74c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAgXrKFt1X1eogKfVaTWDAYkQ91Dxg0IFZmgA_3dE15StarArgUniTupleIfLi2EE,@object
	.comm	_ZN08NumbaEnv5numba7cpython8builtins6ol_max12_3clocals_3e4implB3v10B74c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAgXrKFt1X1eogKfVaTWDAYkQ91Dxg0IFZmgA_3dE15StarArgUniTupleIfLi2EE,8,8
	.section	".note.GNU-stack","",@progbits
