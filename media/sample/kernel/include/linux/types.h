/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_TYPES_H
#define _LINUX_TYPES_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef long ssize_t;
typedef unsigned long size_t;
typedef long long loff_t;
typedef _Bool bool;

enum { false, true };

#define NULL ((void *)0)
#define BIT(nr) (1UL << (nr))
#define __iomem
#define __user
#define __weak __attribute__((__weak__))
#define __used __attribute__((__used__))
#define __section(name) __attribute__((__section__(name)))

struct list_head {
	struct list_head *next, *prev;
};

#endif
