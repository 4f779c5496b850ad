# The way of the kernel's selftests: a rule of their own, flags in CLANG.
%.bpf.o: %.bpf.c
	$(CLANG) $(BPF_CFLAGS) -O2 --target=bpf -c $< -mcpu=v3 -o $@
