// SPDX-License-Identifier: MIT
#include <linux/init.h>
#include <linux/kernel.h>

extern initcall_t __initcall_start[], __initcall_end[];
int run_init_process(const char *path);
void start_kernel(void);

static int __init do_one_initcall(initcall_t fn)
{
	return fn();
}

static void __init do_initcalls(void)
{
	initcall_t *fn;

	for (fn = __initcall_start; fn < __initcall_end; fn++)
		do_one_initcall(*fn);
}

static int kernel_init(void *unused)
{
	do_initcalls();
	return run_init_process("/sbin/init");
}

void __init start_kernel(void)
{
	kernel_thread(kernel_init, NULL, 0);
}
