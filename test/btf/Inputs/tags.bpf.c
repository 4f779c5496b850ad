// What several releases of clang make of tags, one program each.

//--- plain
#include "bpf_test.h"

struct thing {
	long a;
};
typedef struct thing thing_t;

struct value { struct thing __kptr *p; };

ARRAY_MAP(map, struct value);

//--- volatile
#include "bpf_test.h"

struct thing {
	long a;
};
typedef struct thing thing_t;

struct value { struct thing __kptr *volatile p; thing_t __kptr *const q; };

ARRAY_MAP(map, struct value);

//--- typedef
#include "bpf_test.h"

struct thing {
	long a;
};
typedef struct thing thing_t;

struct value { thing_t __kptr *p; };

ARRAY_MAP(map, struct value);

//--- two-of-a-typedef
#include "bpf_test.h"

struct thing {
	long a;
};
typedef struct thing thing_t;

struct value { thing_t __kptr *p, *q; };

ARRAY_MAP(map, struct value);

//--- two-of-a-const
#include "bpf_test.h"

struct thing {
	long a;
};
typedef struct thing thing_t;

struct value { const struct thing __kptr *p; struct { const struct thing __kptr *q; } in; };

ARRAY_MAP(map, struct value);

//--- two-that-differ
#include "bpf_test.h"

struct thing {
	long a;
};
typedef struct thing thing_t;

struct value { thing_t __kptr *p; thing_t *q; const thing_t __kptr *r; };

ARRAY_MAP(map, struct value);

//--- two-direct
#include "bpf_test.h"

struct thing {
	long a;
};
typedef struct thing thing_t;

struct value { struct thing __kptr *p, *q; };

ARRAY_MAP(map, struct value);

//--- one-behind-volatile
#include "bpf_test.h"

struct thing {
	long a;
};
typedef struct thing thing_t;

struct value { thing_t __kptr *p; thing_t __kptr *volatile q; };

ARRAY_MAP(map, struct value);

//--- two-pointer-typedefs
#include "bpf_test.h"

struct thing {
	long a;
};
typedef struct thing thing_t;

typedef thing_t *thing_p; typedef struct thing *direct_p; struct value { thing_p p, q; };

ARRAY_MAP(map, struct value);

//--- two-direct-pointer-typedefs
#include "bpf_test.h"

struct thing {
	long a;
};
typedef struct thing thing_t;

typedef struct thing *direct_p; struct value { direct_p p, q; };

ARRAY_MAP(map, struct value);

//--- two-structs
#include "bpf_test.h"

struct thing {
	long a;
};
typedef struct thing thing_t;

struct inner { thing_t __kptr *p; }; struct value { struct inner in; thing_t __kptr *p; };

ARRAY_MAP(map, struct value);

//--- behind-a-pointer
#include "bpf_test.h"

struct thing {
	long a;
};
typedef struct thing thing_t;

struct inner { thing_t __kptr *p; }; struct value { struct inner *in; thing_t __kptr *p; };

ARRAY_MAP(map, struct value);

//--- array
#include "bpf_test.h"

struct thing {
	long a;
};
typedef struct thing thing_t;

struct value { thing_t __kptr *p[2]; struct thing __kptr *q[2][3]; };

ARRAY_MAP(map, struct value);

//--- array-of-typedef
#include "bpf_test.h"

struct thing {
	long a;
};
typedef struct thing thing_t;

typedef thing_t __kptr *thing_p; struct value { thing_p p[2]; };

ARRAY_MAP(map, struct value);

//--- typedef-of-array
#include "bpf_test.h"

struct thing {
	long a;
};
typedef struct thing thing_t;

typedef thing_t __kptr *things[2]; struct value { things p; };

ARRAY_MAP(map, struct value);

//--- pointer-to-pointer
#include "bpf_test.h"

struct thing {
	long a;
};
typedef struct thing thing_t;

struct value { struct thing __kptr **p; thing_t __kptr **q; };

ARRAY_MAP(map, struct value);

//--- in-parentheses
#include "bpf_test.h"

struct thing {
	long a;
};
typedef struct thing thing_t;

struct value { thing_t __kptr *(p); };

ARRAY_MAP(map, struct value);

//--- typeof
#include "bpf_test.h"

struct thing {
	long a;
};
typedef struct thing thing_t;

struct value { typeof(thing_t __kptr *) p; typeof(struct thing __kptr *) q; };

ARRAY_MAP(map, struct value);

//--- two-tags
#include "bpf_test.h"

struct thing {
	long a;
};
typedef struct thing thing_t;

struct value { thing_t __kptr __kptr_untrusted *p; struct thing __kptr __kptr_untrusted *q; };

ARRAY_MAP(map, struct value);

//--- incomplete
#include "bpf_test.h"

struct thing {
	long a;
};
typedef struct thing thing_t;

struct never; struct value { struct never __kptr *p; struct never __kptr_untrusted *q; };

ARRAY_MAP(map, struct value);

//--- no-struct
#include "bpf_test.h"

struct thing {
	long a;
};
typedef struct thing thing_t;

union both { int a; long b; }; struct value { int __kptr *p; void __kptr *q; union both __kptr *r; };

ARRAY_MAP(map, struct value);

//--- anonymous
#include "bpf_test.h"

struct thing {
	long a;
};
typedef struct thing thing_t;

typedef struct { int a; } anon_t; struct value { anon_t __kptr *p; };

ARRAY_MAP(map, struct value);

//--- nested
#include "bpf_test.h"

struct thing {
	long a;
};
typedef struct thing thing_t;

struct value { struct { struct thing __kptr *p; }; union { struct thing __kptr *q; long l; } u; };

ARRAY_MAP(map, struct value);

//--- atomic
#include "bpf_test.h"

struct thing {
	long a;
};
typedef struct thing thing_t;

struct value { _Atomic(struct thing __kptr *) p; _Atomic int n; _Atomic int *where; _Atomic int each[2]; };

ARRAY_MAP(map, struct value);

//--- in-typedef-of-struct
#include "bpf_test.h"

struct thing {
	long a;
};
typedef struct thing thing_t;

typedef struct thing __kptr tagged_t; struct value { tagged_t *p; tagged_t v; };

ARRAY_MAP(map, struct value);

//--- mentioned
#include "bpf_test.h"

struct thing {
	long a;
};
typedef struct thing thing_t;

struct value { struct thing __kptr *p; const struct thing *c; }; int use(struct thing *thing) { return thing->a; }

ARRAY_MAP(map, struct value);

//--- itself
#include "bpf_test.h"

struct thing {
	long a;
};
typedef struct thing thing_t;

struct value { struct value __kptr *p; };

ARRAY_MAP(map, struct value);

//--- globals
#include "bpf_test.h"

struct thing {
	long a;
};
typedef struct thing thing_t;

struct thing __kptr *first;
thing_t __kptr *second;
thing_t __kptr *several[2];
struct thing __kptr *(quoted);
_Atomic int number;
