package io.github.dirtyrange.kernel.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PagemapEntry;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.mm.Madvise;
import io.github.dirtyrange.kernel.sim.mm.Mmap;
import io.github.dirtyrange.kernel.sim.mm.Prot;
import io.github.dirtyrange.kernel.sim.mm.UserfaultReader;
import io.github.dirtyrange.kernel.sim.track.UserfaultfdCalls;
import org.junit.jupiter.api.Test;

/** Stores through /proc/PID/mem, and files that are open for reading only. */
class ForcedWriteTest {

  private static final long START = 0x1000_0000L;
  private static final int FIXED = Mmap.PRIVATE | Mmap.ANONYMOUS | Mmap.FIXED;
  private static final Profile FORCING = Profile.V6_18;

  private SimKernel kernel = new SimKernel(FORCING);
  private SimProcess process = kernel.spawn();

  private static Errno refusal(Runnable call) {
    return catchThrowableOfType(KernelException.class, call::run).errno();
  }

  private long entry() {
    long[] entry = new long[1];
    process.tracked().readPagemap(Pages.vpn(START), 1, entry);
    return entry[0];
  }

  @Test
  void aPageThatNobodyMayAccessIsWrittenAndStaysSo() {
    process.mmap(START, Pages.SIZE, Prot.NONE, FIXED);
    process.writeByProcMem(START, 7);
    assertThat(entry() & PagemapEntry.PRESENT).isNotZero();
    assertThat(refusal(() -> process.load(START))).isEqualTo(Errno.EFAULT);
    process.mprotect(START, Pages.SIZE, Prot.READ);
    assertThat(process.load(START)).isEqualTo(7);
    assertThat(refusal(() -> process.store(START, 1))).isEqualTo(Errno.EFAULT);
  }

  @Test
  void theZeroPageIsReplacedByAnOwnOne() {
    process.mmap(START, Pages.SIZE, Prot.READ, FIXED);
    process.load(START);
    process.writeByProcMem(START, 7);
    assertThat(process.load(START)).isEqualTo(7);
    assertThat(entry() & PagemapEntry.EXCLUSIVE).isNotZero();
  }

  @Test
  void aKernelThatDoesNotForceRefuses() {
    kernel = new SimKernel(FORCING.without(Quirk.PROC_MEM_WRITES_READ_ONLY));
    process = kernel.spawn();
    process.mmap(START, Pages.SIZE, Prot.READ, FIXED);
    assertThat(refusal(() -> process.writeByProcMem(START, 7))).isEqualTo(Errno.EIO);
  }

  @Test
  void itDoesNotWaitForTheReaderOfAUserfaultfd() {
    process.mmap(START, Pages.SIZE, Prot.READ | Prot.WRITE, FIXED);
    process.store(START, 1);
    UserfaultfdCalls userfaultfd = process.userfaultfdCalls(0);
    UserfaultReader reader =
        (vpn, write, protectedPage) -> userfaultfd.writeProtect(START, Pages.SIZE, 0);
    process.setUserfaultReader(reader);
    userfaultfd.register(START, Pages.SIZE, 2);
    userfaultfd.writeProtect(START, Pages.SIZE, 1);
    assertThat(refusal(() -> process.writeByProcMem(START, 7))).isEqualTo(Errno.EIO);
    process.writeFromOutside(START, 8);
    assertThat(process.load(START)).isEqualTo(8);
  }

  @Test
  void aFileOpenForReadingIsNotMappedForSharedWriting() {
    SimFile file = kernel.createFile("/data");
    file.truncate(Pages.SIZE);
    SimFile readOnly = file.readOnly();
    int shared = Mmap.SHARED | Mmap.FIXED;
    int write = Prot.READ | Prot.WRITE;
    assertThat(refusal(() -> process.mmapFile(START, Pages.SIZE, write, shared, readOnly, 0)))
        .isEqualTo(Errno.EACCES);
    process.mmapFile(START, Pages.SIZE, Prot.READ, shared, readOnly, 0);
    assertThat(process.vmFlags(START)).isEqualTo("rd mr me ms");
    assertThat(refusal(() -> process.mprotect(START, Pages.SIZE, write))).isEqualTo(Errno.EACCES);
    assertThat(refusal(() -> process.writeByProcMem(START, 7))).isEqualTo(Errno.EIO);
    UserfaultfdCalls userfaultfd = process.userfaultfdCalls(1L << 15);
    assertThat(refusal(() -> userfaultfd.register(START, Pages.SIZE, 2))).isEqualTo(Errno.EPERM);
  }

  @Test
  void aFileOpenForReadingIsNotWritten() {
    SimFile readOnly = kernel.createFile("/data").readOnly();
    assertThat(refusal(() -> readOnly.write(0, 1))).isEqualTo(Errno.EBADF);
    assertThat(refusal(() -> readOnly.punchHole(0, 1))).isEqualTo(Errno.EBADF);
    assertThat(refusal(() -> readOnly.truncate(0))).isEqualTo(Errno.EINVAL);
    assertThat(refusal(() -> readOnly.punchHole(0, 0))).isEqualTo(Errno.EINVAL);
  }

  @Test
  void aHugePageOfPagesThatNobodyMayAccessIsNoMoreAccessible() {
    long bytes = Pages.PER_TABLE * Pages.SIZE;
    process.mmap(START, bytes, Prot.NONE, FIXED);
    process.writeByProcMem(START, 7);
    process.madvise(START, bytes, Madvise.Advice.COLLAPSE);
    assertThat(refusal(() -> process.load(START))).isEqualTo(Errno.EFAULT);
    assertThat(refusal(() -> process.writeFromOutside(START, 8))).isEqualTo(Errno.EFAULT);
    process.mprotect(START, bytes, Prot.READ);
    assertThat(process.load(START)).isEqualTo(7);
    assertThat(refusal(() -> process.store(START, 8))).isEqualTo(Errno.EFAULT);
  }
}
