package io.github.dirtyrange.linux.arm;

import java.util.Map;
import java.util.Set;

/** System calls of x86-64 by number, as far as it matters how they bear a stop (signal(7)). */
final class Calls {

  static final int FUTEX = 202;
  static final int CLOCK_NANOSLEEP = 230;
  static final int EPOLL_PWAIT2 = 441;
  static final int RECVFROM = 45;
  static final int IO_URING_ENTER = 426;
  static final int RECVMSG = 47;

  /**
   * They answer EINTR to any stop: the kernel has them not begin again by themselves. Of the
   * receiving and sending ones, those with SO_RCVTIMEO and SO_SNDTIMEO ({@code sock_intr_errno});
   * of select and poll those whose time lies where the kernel cannot write back what is left of it
   * ({@code poll_select_finish}).
   */
  static final int[] ENDED_BY_ANY_STOP = {
    0, // read
    1, // write
    19, // readv
    20, // writev
    23, // select
    40, // sendfile
    42, // connect
    43, // accept
    44, // sendto
    RECVFROM,
    46, // sendmsg
    RECVMSG,
    65, // semop
    128, // rt_sigtimedwait
    208, // io_getevents
    220, // semtimedop
    232, // epoll_wait
    270, // pselect6
    271, // ppoll
    275, // splice
    281, // epoll_pwait
    288, // accept4
    299, // recvmmsg
    307, // sendmmsg
    333, // io_pgetevents
    IO_URING_ENTER,
    EPOLL_PWAIT2
  };

  /** They go on after a stop as if nothing had been. */
  static final Set<Integer> GO_ON =
      Set.of(
          0, // read
          19, // readv
          23, // select
          34, // pause
          43, // accept
          RECVFROM,
          RECVMSG,
          61, // wait4
          70, // msgrcv
          72, // fcntl
          73, // flock
          130, // rt_sigsuspend
          FUTEX,
          CLOCK_NANOSLEEP,
          247, // waitid
          270, // pselect6
          271, // ppoll
          288, // accept4
          449 // futex_waitv
          );

  /** They go on by restart_syscall(2), or are just that. */
  static final Set<Integer> GO_ON_BY_RESTARTING =
      Set.of(
          7, // poll
          35, // nanosleep
          219 // restart_syscall
          );

  /** Which argument is the time limit: none means for ever, if that is 0 or -1. */
  static final Map<Integer, Integer> ENDED_BY_ANY_STOP_BUT_FOR_EVER =
      Map.of(
          65,
          -1, // semop has none
          128,
          2, // rt_sigtimedwait
          208,
          4, // io_getevents
          220,
          3, // semtimedop
          232,
          3, // epoll_wait
          281,
          3, // epoll_pwait
          333,
          4, // io_pgetevents
          IO_URING_ENTER,
          -1, // io_uring_enter has one in a struct at most
          EPOLL_PWAIT2,
          3);

  private static final Map<Integer, String> NAMES =
      Map.ofEntries(
          Map.entry(1, "write"),
          Map.entry(16, "ioctl"),
          Map.entry(18, "pwrite64"),
          Map.entry(20, "writev"),
          Map.entry(26, "msync"),
          Map.entry(40, "sendfile"),
          Map.entry(42, "connect"),
          Map.entry(44, "sendto"),
          Map.entry(RECVFROM, "recvfrom"),
          Map.entry(46, "sendmsg"),
          Map.entry(RECVMSG, "recvmsg"),
          Map.entry(56, "clone"),
          Map.entry(58, "vfork"),
          Map.entry(74, "fsync"),
          Map.entry(75, "fdatasync"),
          Map.entry(232, "epoll_wait"),
          Map.entry(275, "splice"),
          Map.entry(435, "clone3"));

  private Calls() {}

  /** {@return a call's number, and its name where it is one of those that are met here} */
  static String name(long number) {
    String name = NAMES.get((int) number);
    return "system call " + number + (name == null ? "" : " (" + name + ")");
  }
}
