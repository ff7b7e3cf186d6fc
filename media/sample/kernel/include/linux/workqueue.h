/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_WORKQUEUE_H
#define _LINUX_WORKQUEUE_H

#include <linux/types.h>

struct work_struct;
typedef void (*work_func_t)(struct work_struct *work);

struct work_struct {
	struct list_head entry;
	work_func_t func;
};

#define INIT_WORK(_work, _func)	do { (_work)->func = (_func); } while (0)

bool schedule_work(struct work_struct *work);

typedef int irqreturn_t;
#define IRQ_HANDLED 1

int request_irq(unsigned int irq, irqreturn_t (*handler)(int irq, void *data),
		unsigned long flags, const char *name, void *data);

#endif
