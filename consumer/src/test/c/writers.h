/* What writers.c has beside what it can do in a line or two. */
#include <stdint.h>

long pin(uint32_t *word);
long into_pinned(uint32_t *word);
long by_direct(uint32_t *word);
long direct_until_told(uint32_t *word);
long reads_until_told(uint32_t *word);
