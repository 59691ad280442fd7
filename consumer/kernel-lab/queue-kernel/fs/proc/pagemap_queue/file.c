// SPDX-License-Identifier: GPL-2.0-only
/* /proc/PID/pagemap_queue as a file. The interface is described in <uapi/linux/pagemap_queue.h>. */
#include <linux/poll.h>
#include <linux/ptrace.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include "../internal.h"
#include "queue.h"

struct pmq_file {
	struct mm_struct *mm;
	struct mutex opening;
	wait_queue_head_t wait;		/* here, for who waits before there is a queue */
	struct pmq *q;
};

static struct pmq *opened(struct file *file)
{
	return smp_load_acquire(&((struct pmq_file *)file->private_data)->q);
}

/* Page tables are being given back: what they still have to tell arrives until then. */
static bool is_exiting(struct pmq *q)
{
	return !atomic_read(&q->mm->mm_users) && !READ_ONCE(q->exited);
}

/*
 * A guess that a drain makes sure of: no lock is needed for it. A drain that was begun goes on in any
 * case: what page tables leave behind meanwhile belongs to the next. What is not in the queue any more
 * is looked for in a drain, in this order, as it goes from the one to the other.
 */
static bool has_news(struct pmq *q)
{
	if (!is_exiting(q) && !pmq_is_empty(q))
		return true;
	smp_rmb();		/* pairs with smp_wmb() of pmq_take() */
	return READ_ONCE(q->draining);
}

/* Waits until there is something to drain, or never will be. */
static int wait_for_news(struct file *file, struct pmq *q)
{
	bool exited = smp_load_acquire(&q->exited);	/* first: an exit in between has news */

	if (has_news(q))
		return 0;
	if (exited)
		return -ESRCH;
	if (file->f_flags & O_NONBLOCK)
		return -EAGAIN;
	return wait_event_interruptible(*q->wait, has_news(q) || READ_ONCE(q->exited));
}

/* Whether another reader is at work, who then tells this one, which is turned away, when that is over. */
static bool is_reading(struct pmq *q)
{
	if (!mutex_is_locked(&q->reading))
		return false;
	WRITE_ONCE(q->turned_away, true);
	smp_mb();		/* pairs with xchg() of unlock_reading() */
	return mutex_is_locked(&q->reading);
}

/* Another reader holds the lock for as long as its buffer takes to come, which may be up to anybody. */
static int lock_reading(struct file *file, struct pmq *q)
{
	while (file->f_flags & O_NONBLOCK) {
		if (mutex_trylock(&q->reading))
			return 0;
		if (is_reading(q))
			return -EAGAIN;
	}
	return mutex_lock_interruptible(&q->reading) ? -ERESTARTSYS : 0;
}

/*
 * Nothing else may happen that wakes who was turned away meanwhile, or who took the drain that @ended for one
 * that goes on when the process exited, and is to be told of that now. Others are not woken: they know what there
 * was before. xchg() is the full barrier between the lock and @draining, which the reader has let go, and what is
 * looked at.
 */
static void unlock_reading(struct pmq *q, bool ended)
{
	mutex_unlock(&q->reading);
	if (xchg(&q->turned_away, false) || (ended && READ_ONCE(q->exited) && !has_news(q)))
		wake_up_all(q->wait);
}

/* Until there is a drain to go on with, and it is this reader's; then with the reader's lock. */
static int begin_reading(struct file *file, struct pmq *q)
{
	for (;;) {
		int err = wait_for_news(file, q);

		if (!err)
			err = lock_reading(file, q);
		if (err)
			return err;
		if (q->draining || pmq_take(q))
			return 0;
		unlock_reading(q, false);	/* another reader was faster, or the process has exited */
	}
}

static void end_drain(struct pmq *q)
{
	WRITE_ONCE(q->draining, false);
	WRITE_ONCE(q->epoch, q->epoch + 1);
}

/* Copies out what fits; returns bytes, or an error where nothing was copied. */
static ssize_t drain_to_user(struct pmq *q, struct page_change __user *to, size_t room)
{
	struct pmq_drain *d = &q->drain;
	size_t done = 0;

	while (done < room) {
		size_t n, copied;

		if (signal_pending(current))
			return done ? done * sizeof(*to) : -ERESTARTSYS;
		if (d->done == d->len) {
			pmq_fill(d);
			if (!d->len && !d->complete)
				continue;
		}
		n = min(room - done, (size_t)(d->len - d->done));
		if (!n) {
			/* A read that returns nothing ends the drain. */
			if (!done)
				end_drain(q);
			break;
		}
		/* A region counts as told when all of it arrived. */
		copied = n - DIV_ROUND_UP(copy_to_user(to + done, d->out + d->done, n * sizeof(*to)),
					  sizeof(*to));
		d->done += copied;
		done += copied;
		if (copied != n)
			return done ? done * sizeof(*to) : -EFAULT;
	}
	return done * sizeof(*to);
}

static ssize_t pmq_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
	struct pmq *q = opened(file);
	size_t room = count / sizeof(struct page_change);
	ssize_t result;

	if (!q || !room)
		return -EINVAL;
	result = begin_reading(file, q);
	if (result)
		return result;
	result = drain_to_user(q, (struct page_change __user *)buf, room);
	pmq_flush(&q->drain);
	unlock_reading(q, !result);	/* the read that returns nothing ends a drain */
	return result;
}

static __poll_t pmq_poll(struct file *file, poll_table *wait)
{
	struct pmq_file *f = file->private_data;
	struct pmq *q;
	bool exited;

	poll_wait(file, &f->wait, wait);
	q = opened(file);
	if (!q)
		return EPOLLERR;
	exited = smp_load_acquire(&q->exited);		/* first, as in wait_for_news() */
	if (has_news(q))
		return is_reading(q) ? 0 : EPOLLIN | EPOLLRDNORM;
	return exited ? EPOLLHUP : 0;
}

/* ---- ioctls ---- */

static long start(struct pmq_file *f, struct pmq_open __user *arg)
{
	struct pmq_open open;
	struct pmq *q;
	long err;

	if (copy_from_user(&open, arg, sizeof(open)))
		return -EFAULT;
	if (f->q)
		return -EBUSY;
	q = pmq_new(f->mm, &f->wait, &open);
	if (IS_ERR(q))
		return PTR_ERR(q);
	err = pmq_start(q);
	if (err) {
		pmq_free(q);
		return err;
	}
	smp_store_release(&f->q, q);
	wake_up_all(&f->wait);
	return 0;
}

/* Under the queue's lock, as tables come and go. */
static u64 bytes_of(struct pmq *q)
{
	return sizeof(*q) + (u64)q->nr_watched * sizeof(*q->watched) +
		PMQ_OUT * sizeof(struct page_change) +
		(u64)(q->ranges[0].nodes + q->ranges[1].nodes) * sizeof(struct pmq_node) +
		(q->nr_tables - q->nr_uppers) * kmalloc_size_roundup(pmq_table_bytes(q, false)) +
		q->nr_uppers * (kmalloc_size_roundup(pmq_table_bytes(q, true)) +
				kmalloc_size_roundup(sizeof(struct pmq_upper)));
}

/* Numbers to look at, without the reader's lock: a drain may go on meanwhile. */
static long status(struct pmq *q, void __user *arg)
{
	struct pmq_status s;

	if (copy_from_user(&s.size, arg, sizeof(s.size)))
		return -EFAULT;
	if (s.size != sizeof(s))
		return -EINVAL;
	s.told = PMQ_CATEGORIES_TOLD;
	s.enabled = READ_ONCE(q->enabled);
	s.epoch = READ_ONCE(q->epoch);
	s.coarse = READ_ONCE(q->coarse);
	spin_lock_irq(&q->lock);
	s.overflows = q->ranges[0].overflows + q->ranges[1].overflows;
	s.bytes = bytes_of(q);
	s.tables = q->nr_tables;
	spin_unlock_irq(&q->lock);
	return copy_to_user(arg, &s, sizeof(s)) ? -EFAULT : 0;
}

static long list(struct pmq *q, void __user *arg,
		 long (*what)(struct pmq *q, struct pmq_vec *vec))
{
	struct pmq_vec vec;
	long n;

	if (copy_from_user(&vec, arg, sizeof(vec)))
		return -EFAULT;
	if (vec.size != sizeof(vec) || !vec.vec_len || !PAGE_ALIGNED(vec.start))
		return -EINVAL;
	n = what(q, &vec);
	if (n < 0)
		return n;
	return copy_to_user(arg, &vec, sizeof(vec)) ? -EFAULT : n;
}

static long peek(struct pmq *q, void __user *arg)
{
	return list(q, arg, pmq_peek);
}

static long unseen(struct pmq *q, void __user *arg)
{
	return list(q, arg, pmq_unseen);
}

static long enable(struct pmq *q, void __user *arg)
{
	return pmq_enable(q);
}

static long disable(struct pmq *q, void __user *arg)
{
	WRITE_ONCE(q->enabled, false);
	return 0;
}

/* All but the opening. */
static const struct command {
	unsigned int cmd;
	long (*run)(struct pmq *q, void __user *arg);
} commands[] = {
	{ PAGEMAP_QUEUE_PEEK, peek },
	{ PAGEMAP_QUEUE_STATUS, status },
	{ PAGEMAP_QUEUE_UNSEEN, unseen },
	{ PAGEMAP_QUEUE_ENABLE, enable },
	{ PAGEMAP_QUEUE_DISABLE, disable },
};

/* A command is to be carried out, so only a peek is told to come again. */
static long run(struct file *file, const struct command *c, void __user *arg)
{
	struct pmq *q = opened(file);
	long result;

	if (!q)
		return -EINVAL;
	if (c->cmd == PAGEMAP_QUEUE_STATUS)
		return c->run(q, arg);
	if (c->cmd == PAGEMAP_QUEUE_PEEK)
		result = lock_reading(file, q);
	else
		result = mutex_lock_interruptible(&q->reading) ? -ERESTARTSYS : 0;
	if (result)
		return result;
	result = c->run(q, arg);
	unlock_reading(q, false);
	return result;
}

static long pmq_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct pmq_file *f = file->private_data;
	long result;
	int i;

	if (cmd == PAGEMAP_QUEUE_OPEN) {
		if (mutex_lock_interruptible(&f->opening))
			return -ERESTARTSYS;
		result = start(f, (void __user *)arg);
		mutex_unlock(&f->opening);
		return result;
	}
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		if (commands[i].cmd == cmd)
			return run(file, &commands[i], (void __user *)arg);
	return -ENOTTY;
}

/* ---- opening and closing ---- */

static int pmq_open(struct inode *inode, struct file *file)
{
	struct pmq_file *f = kzalloc(sizeof(*f), GFP_KERNEL_ACCOUNT);
	struct mm_struct *mm;

	if (!f)
		return -ENOMEM;
	mm = proc_mem_open(inode, PTRACE_MODE_READ);
	if (IS_ERR_OR_NULL(mm)) {
		kfree(f);
		return mm ? PTR_ERR(mm) : -ESRCH;
	}
	f->mm = mm;
	mutex_init(&f->opening);
	init_waitqueue_head(&f->wait);
	file->private_data = f;
	return stream_open(inode, file);	/* no position, whose lock a second reader would wait for */
}

static int pmq_release(struct inode *inode, struct file *file)
{
	struct pmq_file *f = file->private_data;

	if (f->q) {
		pmq_stop(f->q);
		pmq_free(f->q);
	}
	mmdrop(f->mm);
	kfree(f);
	return 0;
}

const struct file_operations proc_pagemap_queue_operations = {
	.open		= pmq_open,
	.read		= pmq_read,
	.poll		= pmq_poll,
	.unlocked_ioctl	= pmq_ioctl,
	.compat_ioctl	= compat_ptr_ioctl,
	.release	= pmq_release,
};
