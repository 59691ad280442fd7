// SPDX-License-Identifier: GPL-2.0-only
/*
 * Disjoint ranges of page numbers with marks, in a pool of fixed size. Nothing is ever dropped:
 * what has no room is joined with a neighbour, and marked COARSE.
 */
#include <linux/vmalloc.h>
#include "queue.h"

static struct pmq_node *node_of(struct rb_node *rb)
{
	return rb ? rb_entry(rb, struct pmq_node, rb) : NULL;
}

/* Of single pages from the first: kvmalloc() would search hard for one block of so many. */
int pmq_ranges_init(struct pmq_ranges *r, u64 bytes)
{
	r->nodes = bytes / sizeof(struct pmq_node);
	r->pool = __vmalloc(bytes, PMQ_GFP);
	pmq_ranges_clear(r);
	return r->pool ? 0 : -ENOMEM;
}

void pmq_ranges_destroy(struct pmq_ranges *r)
{
	vfree(r->pool);
}

void pmq_ranges_clear(struct pmq_ranges *r)
{
	r->root = RB_ROOT;
	r->free = NULL;
	r->used = 0;
}

/* A node that is free has the next one that is free in the place of its child. */
static struct pmq_node *node_alloc(struct pmq_ranges *r)
{
	struct pmq_node *n = r->free;

	if (n) {
		r->free = (struct pmq_node *)n->rb.rb_right;
		return n;
	}
	return r->used < r->nodes ? &r->pool[r->used++] : NULL;
}

static void node_free(struct pmq_ranges *r, struct pmq_node *n)
{
	rb_erase(&n->rb, &r->root);
	n->rb.rb_right = (struct rb_node *)r->free;
	r->free = n;
}

struct pmq_node *pmq_ranges_find(struct pmq_ranges *r, unsigned long page)
{
	struct rb_node *rb = r->root.rb_node;
	struct pmq_node *found = NULL;

	while (rb) {
		struct pmq_node *n = node_of(rb);

		if (n->end > page) {
			found = n;
			rb = rb->rb_left;
		} else {
			rb = rb->rb_right;
		}
	}
	return found;
}

struct pmq_node *pmq_ranges_next(struct pmq_node *n)
{
	return node_of(rb_next(&n->rb));
}

static void node_link(struct pmq_ranges *r, struct pmq_node *new)
{
	struct rb_node **link = &r->root.rb_node, *parent = NULL;

	while (*link) {
		parent = *link;
		link = new->start < node_of(parent)->start ? &parent->rb_left : &parent->rb_right;
	}
	rb_link_node(&new->rb, parent, link);
	rb_insert_color(&new->rb, &r->root);
}

/* Joins @n with the neighbours that it touches and that say the same. */
static void node_join(struct pmq_ranges *r, struct pmq_node *n)
{
	struct pmq_node *before = node_of(rb_prev(&n->rb)), *behind = pmq_ranges_next(n);

	if (before && before->end == n->start && before->marks == n->marks) {
		n->start = before->start;
		node_free(r, before);
	}
	if (behind && behind->start == n->end && behind->marks == n->marks) {
		n->end = behind->end;
		node_free(r, behind);
	}
}

/* No room for [start, end): the nearer neighbour takes it in. Neighbours stay disjoint. */
static void take_in(struct pmq_ranges *r, struct pmq_node *before, struct pmq_node *behind,
		    unsigned long start, unsigned long end, unsigned int marks)
{
	r->overflows++;
	if (before && (!behind || start - before->end <= behind->start - end)) {
		before->end = end;
		before->marks |= marks | MARK(COARSE);
		node_join(r, before);
	} else {
		behind->start = start;
		behind->marks |= marks | MARK(COARSE);
		node_join(r, behind);
	}
}

/* [start, end) overlaps no node; @behind is the first one behind it. */
static void fill_gap(struct pmq_ranges *r, struct pmq_node *behind, unsigned long start,
		     unsigned long end, unsigned int marks)
{
	struct pmq_node *before = node_of(behind ? rb_prev(&behind->rb) : rb_last(&r->root));
	struct pmq_node *n;

	if (before && before->end == start && before->marks == marks) {
		before->end = end;
		node_join(r, before);
		return;
	}
	if (behind && behind->start == end && behind->marks == marks) {
		behind->start = start;
		return;
	}
	n = node_alloc(r);
	if (!n) {
		take_in(r, before, behind, start, end, marks);
		return;
	}
	n->start = start;
	n->end = end;
	n->marks = marks;
	node_link(r, n);
}

/* Cuts @n in two at @page; false where there is no node left. */
static bool cut(struct pmq_ranges *r, struct pmq_node *n, unsigned long page)
{
	struct pmq_node *upper = node_alloc(r);

	if (!upper)
		return false;
	upper->start = page;
	upper->end = n->end;
	upper->marks = n->marks;
	n->end = page;
	node_link(r, upper);
	return true;
}

/* ORs @marks into the part of @n that is within [start, end); returns where that part ends. */
static unsigned long mark_node(struct pmq_ranges *r, struct pmq_node *n, unsigned long start,
			       unsigned long end, unsigned int marks)
{
	if (!(marks & ~n->marks))
		return n->end;
	if (n->start < start) {
		if (cut(r, n, start))
			return start;		/* the upper part is found next */
		goto coarse;
	}
	if (n->end > end && !cut(r, n, end))
		goto coarse;
	end = n->end;
	n->marks |= marks;
	node_join(r, n);
	return end;
coarse:
	r->overflows++;
	end = n->end;
	n->marks |= marks | MARK(COARSE);
	node_join(r, n);
	return end;
}

/*
 * ORs @marks into [start, end). Each node that is met or made takes one of @steps, which the caller limits,
 * as interrupts are off. Returns up to where it came.
 */
unsigned long pmq_ranges_add(struct pmq_ranges *r, unsigned long start, unsigned long end,
			     unsigned int marks, unsigned int *steps)
{
	for (; start < end && *steps; --*steps) {
		struct pmq_node *n = pmq_ranges_find(r, start);

		if (!n || n->start >= end) {
			fill_gap(r, n, start, end, marks);
			start = end;
		} else if (n->start > start) {
			unsigned long gap_end = n->start;

			fill_gap(r, n, start, gap_end, marks);
			start = gap_end;
		} else {
			start = mark_node(r, n, start, end, marks);
		}
	}
	return min(start, end);
}
