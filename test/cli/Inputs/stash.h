/* stash.h - what the test programs beside it share */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

#ifndef __kptr
#define __kptr __attribute__((btf_type_tag("kptr")))
#endif
