/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_KERNEL_H
#define _LINUX_KERNEL_H

#include <linux/types.h>

#define EIO		5
#define ENOMEM		12
#define EBUSY		16
#define ENODEV		19
#define EINVAL		22
#define ENOTTY		25

#define GFP_KERNEL	0
#define PAGE_SHIFT	12

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define BUG_ON(cond)	do { if (cond) panic("BUG: %s", #cond); } while (0)
#define container_of(ptr, type, member) \
	((type *)((char *)(ptr) - __builtin_offsetof(type, member)))
#define list_for_each_entry(pos, head, member)					\
	for (pos = container_of((head)->next, typeof(*pos), member);		\
	     &pos->member != (head);						\
	     pos = container_of(pos->member.next, typeof(*pos), member))

#define LIST_HEAD_INIT(name)	{ &(name), &(name) }

static inline void INIT_LIST_HEAD(struct list_head *list)
{
	list->next = list->prev = list;
}

static inline void list_add(struct list_head *entry, struct list_head *head)
{
	entry->next = head->next;
	entry->prev = head;
	head->next->prev = entry;
	head->next = entry;
}

void panic(const char *fmt, ...);
void pr_info(const char *fmt, ...);
void *kzalloc(size_t size, int flags);
void kfree(const void *ptr);
void msleep(unsigned int msecs);
void writel(u32 value, void __iomem *addr);
u32 inl(u16 port);
void outl(u32 value, u16 port);

int kernel_thread(int (*fn)(void *arg), void *arg, unsigned long flags);

#endif
