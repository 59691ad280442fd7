/*
 * The protocol of a change queue once more, for Spin: the steps of docs/explorer.md, with the
 * queue as a log in order of arrival. Written beside the explorer, so that each holds the other
 * to account; ./check runs both and compares.
 *
 * Every d_step is one step of one CPU or of the reader. Sizes and mistakes are macros:
 *   -DCPUS=2 -DPAGES=1 -DWRITES=3 -DDRAINS=1 -DOPENINGS=0
 *   -DNO_FLUSH -DREPORT_FIRST -DNON_ATOMIC_CLEAR -DRECORD_AT_ENTRY -DRECORD_AFTER_UNLOCK
 *   -DARM_BEFORE_LISTENING -DARM_LOSES_HARDWARE_DIRTY
 */
#ifndef CPUS
#define CPUS 2
#endif
#ifndef PAGES
#define PAGES 1
#endif
#ifndef WRITES
#define WRITES 3
#endif
#ifndef DRAINS
#define DRAINS 1
#endif
#ifndef OPENINGS
#define OPENINGS 0
#endif

#define ALL ((1 << PAGES) - 1)
#define BIT(page) (1 << (page))

/* The entries: bits by page. */
byte writable = (OPENINGS > 0 -> ALL : 0);
byte dirty;

/* Writable translations that a CPU has cached: bits by page. */
byte tlb[CPUS];

/* Pages stored to; of those what the copy lacks; of those what was stored when a drain began. */
byte stored;
byte stale;
byte owed;

/* The queue: who recorded which page, in order. */
#define ROOM 16
byte by[ROOM];
byte what[ROOM];
byte queued;

bool listening = (OPENINGS == 0);
byte lock;                /* 0: free; the number of a CPU plus 1; READER */
byte idle_cpus = CPUS;
byte writes_left = WRITES;
byte openings_left = OPENINGS;

#define READER (CPUS + 1)
#define FREE (lock == 0)

/* What a CPU is at. */
#define IDLE 0
#define RETRY 1
#define FAULT 2
#define SECOND 3
#define THIRD 4
#define FOURTH 5

/* A page that was stored to and whose entry does not say so would be dropped by reclaim. */
#define NOTHING_FORGOTTEN assert((stored & ~dirty) == 0)

/* Through the TLB, or else by a walk that makes the entry Dirty, or else a fault. */
#define ATTEMPT                                                                  \
  if                                                                             \
  :: tlb[cpu] & BIT(page) ->                                                     \
     stale = stale | BIT(page); stored = stored | BIT(page);                     \
     NOTHING_FORGOTTEN;                                                          \
     at = IDLE; page = 0; idle_cpus++                                            \
  :: else ->                                                                     \
     if                                                                          \
     :: writable & BIT(page) ->                                                  \
        dirty = dirty | BIT(page); tlb[cpu] = tlb[cpu] | BIT(page); at = RETRY   \
     :: else -> at = FAULT                                                       \
     fi                                                                          \
  fi

/* Another CPU may have made the page writable meanwhile: that is no change. */
#define RECORD                                                                   \
  if                                                                             \
  :: listening && !(writable & BIT(page)) ->                                     \
     by[queued] = cpu; what[queued] = page; queued++                             \
  :: else                                                                        \
  fi

#define LOCK lock = cpu + 1
#define SET writable = writable | BIT(page); dirty = dirty | BIT(page)
#define UNLOCK lock = 0

proctype processor(byte cpu)
{
  byte at;
  byte page;

end:
  do
  :: d_step { at == IDLE && writes_left > 0 -> writes_left--; idle_cpus--; page = 0; ATTEMPT }
#if PAGES > 1
  :: d_step { at == IDLE && writes_left > 0 -> writes_left--; idle_cpus--; page = 1; ATTEMPT }
#endif
  :: d_step { at == RETRY -> ATTEMPT }
#if defined(RECORD_AT_ENTRY)
  :: d_step { at == FAULT -> RECORD; at = SECOND }
  :: d_step { at == SECOND && FREE -> LOCK; at = THIRD }
  :: d_step { at == THIRD -> SET; at = FOURTH }
  :: d_step { at == FOURTH -> UNLOCK; at = RETRY }
#elif defined(RECORD_AFTER_UNLOCK)
  :: d_step { at == FAULT && FREE -> LOCK; at = SECOND }
  :: d_step { at == SECOND -> SET; at = THIRD }
  :: d_step { at == THIRD -> UNLOCK; at = FOURTH }
  :: d_step { at == FOURTH -> RECORD; at = RETRY }
#else
  :: d_step { at == FAULT && FREE -> LOCK; at = SECOND }
  :: d_step { at == SECOND -> RECORD; at = THIRD }
  :: d_step { at == THIRD -> SET; at = FOURTH }
  :: d_step { at == FOURTH -> UNLOCK; at = RETRY }
#endif
  od
}

/* What the reader is at. */
#define RESTING 0
#define HOLD 1
#define TAKE 2
#define ARM 3
#define WRITE 4
#define FLUSH 5
#define REPORT 6
#define RELEASE 7
#define LISTEN 8
#define FIND 9

/* What it does. */
#define DRAIN 0
#define OPEN 1
#define TURN_ON 2

#ifdef NON_ATOMIC_CLEAR
#define MAY_ARM true
#else
#define MAY_ARM FREE
#endif

#ifdef NO_FLUSH
#define FLUSHES false
#else
#define FLUSHES (taken != 0)
#endif

#ifdef ARM_BEFORE_LISTENING
#define LISTENS_LAST true
#else
#define LISTENS_LAST false
#endif

#define LOWEST(pages) (((pages) & 1) -> 0 : 1)

/* Where the reader goes on, passing over what there is nothing to do for. */
#ifdef REPORT_FIRST
#define AFTER_TAKE (unreported != 0 -> REPORT : RELEASE)
#define AFTER_REPORT (doing == DRAIN -> (unarmed != 0 -> ARM : RELEASE) : RELEASE)
#define AFTER_FLUSH (doing == DRAIN -> RELEASE : AFTER_FLUSH_OF_OPENING)
#else
#define AFTER_TAKE (unarmed != 0 -> ARM : RELEASE)
#define AFTER_REPORT RELEASE
#define AFTER_FLUSH (doing == DRAIN -> REPORT : AFTER_FLUSH_OF_OPENING)
#endif
#define AFTER_FLUSH_OF_OPENING (LISTENS_LAST -> LISTEN : REPORT)
#define AFTER_ARM (FLUSHES -> FLUSH : AFTER_FLUSH)

#define FINISH                                                                   \
  assert(owed == 0);                                                             \
  at = RESTING; doing = DRAIN; taken = 0; unarmed = 0; unreported = 0;           \
  unseen = 0; cpu = 0

#define TAKE_ALL taken = ALL; unarmed = ALL; unreported = ALL

proctype reader()
{
  byte at;
  byte doing;
  byte drains_left = DRAINS + 1;
  byte taken;
  byte unarmed;
  byte unreported;
  byte unseen;
  byte found;
  byte copying = 255;   /* the page reported last, until it is copied */
  byte cpu;             /* the next to be flushed */
  byte read;            /* 0: nothing; 1: an entry that was not Dirty; 2: one that was */
  byte page;

end:
  do
  /* Begin: hold the mappings, or listen. The last drain waits until all CPUs rest. */
  :: d_step { at == RESTING && listening && drains_left > 1 ->
       drains_left--; owed = stale; at = TAKE }
  :: d_step { at == RESTING && listening && drains_left == 1 && idle_cpus == CPUS ->
       writes_left = 0; drains_left--; owed = stale; at = TAKE }
  :: d_step { at == RESTING && !listening && openings_left == OPENINGS ->
       openings_left--; doing = OPEN; TAKE_ALL;
       if
       :: LISTENS_LAST -> at = ARM
       :: else -> listening = true; at = HOLD
       fi }
  :: d_step { at == RESTING && !listening && openings_left < OPENINGS ->
       openings_left--; doing = TURN_ON; unseen = ALL;
       if
       :: LISTENS_LAST -> at = FIND
       :: else -> listening = true; at = HOLD
       fi }
#if OPENINGS > 1
  :: d_step { at == RESTING && listening && openings_left > 0 && drains_left > 0 ->
       listening = false }
#endif

  :: d_step { at == HOLD && copying == 255 -> at = (doing == OPEN -> ARM : FIND) }

  :: d_step { at == TAKE && copying == 255 ->
       taken = found; found = 0;
       do
       :: queued > 0 ->
          queued--; taken = taken | BIT(what[queued]); by[queued] = 0; what[queued] = 0
       :: else -> break
       od;
       unarmed = taken; unreported = taken;
       at = AFTER_TAKE }

#ifdef ARM_LOSES_HARDWARE_DIRTY
  :: d_step { at == ARM && copying == 255 && MAY_ARM ->
       lock = READER;
       page = LOWEST(unarmed);
       read = ((dirty & BIT(page)) -> 2 : 1);
       page = 0; at = WRITE }
  :: d_step { at == WRITE ->
       page = LOWEST(unarmed);
       writable = writable & ~BIT(page);
       if
       :: read == 1 -> dirty = dirty & ~BIT(page)
       :: else
       fi;
       NOTHING_FORGOTTEN;
       lock = 0; read = 0;
       unarmed = unarmed & ~BIT(page);
       page = 0;
       at = (unarmed != 0 -> ARM : AFTER_ARM) }
#else
  :: d_step { at == ARM && copying == 255 && MAY_ARM ->
       page = LOWEST(unarmed);
       writable = writable & ~BIT(page);
       unarmed = unarmed & ~BIT(page);
       page = 0;
       at = (unarmed != 0 -> ARM : AFTER_ARM) }
#endif

  :: d_step { at == FLUSH && copying == 255 ->
       tlb[cpu] = tlb[cpu] & ~taken;
       cpu++;
       if
       :: cpu == CPUS -> cpu = 0; at = AFTER_FLUSH
       :: else
       fi }

  :: d_step { at == LISTEN && copying == 255 ->
       listening = true;
       if
       :: doing == OPEN -> at = REPORT
       :: else -> FINISH
       fi }

  :: d_step { at == FIND && copying == 255 && FREE ->
       page = LOWEST(unseen);
       found = found | (writable & BIT(page));
       unseen = unseen & ~BIT(page);
       page = 0;
       at = (unseen != 0 -> FIND : RELEASE) }

  :: d_step { at == REPORT && copying == 255 ->
       copying = LOWEST(unreported);
       unreported = unreported & ~BIT(copying);
       at = (unreported != 0 -> REPORT : AFTER_REPORT) }
  :: d_step { copying != 255 ->
       stale = stale & ~BIT(copying); owed = owed & ~BIT(copying); copying = 255 }

  :: d_step { at == RELEASE && copying == 255 ->
       if
       :: doing == TURN_ON && LISTENS_LAST -> at = LISTEN
       :: else -> FINISH
       fi }

  /* Nobody can do anything: then all must be done. */
  :: d_step { timeout -> assert(at == RESTING && drains_left == 0 && idle_cpus == CPUS) }
  od
}

init
{
  atomic {
    run processor(0);
#if CPUS > 1
    run processor(1);
#endif
#if CPUS > 2
    run processor(2);
#endif
    run reader();
  }
}
