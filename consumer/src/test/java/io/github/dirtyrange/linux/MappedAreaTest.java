package io.github.dirtyrange.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.Vma;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class MappedAreaTest {

  @BeforeAll
  static void needsLinux() {
    OnLinux.need();
  }

  @Test
  void everyByteOfAnAreaBeyondOneChunkIsReachable() {
    try (MappedArea area = MappedArea.anonymous((3L << 30) + 1)) {
      assertThat(area.bytes()).isEqualTo((3L << 30) + 4096);
      for (long offset : new long[] {0, (1L << 30) - 8, 1L << 30, 3L << 30, (3L << 30) + 4088}) {
        area.putLong(area.address() + offset, offset + 1);
      }
      assertThat(area.getLong(area.address())).isEqualTo(1);
      assertThat(area.getLong(area.address() + (1L << 30))).isEqualTo((1L << 30) + 1);
      assertThat(area.getLong(area.address() + (3L << 30) + 4088)).isEqualTo((3L << 30) + 4089);
    }
  }

  @Test
  void addressesOutsideAreRefused() {
    try (MappedArea area = MappedArea.anonymous(4096)) {
      long before = area.address() - 8;
      long after = area.address() + 4096;
      assertThatThrownBy(() -> area.getLong(before)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> area.putLong(after, 1))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void discardedPagesReadZero() {
    try (MappedArea area = MappedArea.anonymous(8192)) {
      area.putLong(area.address(), 7);
      area.discard(area.address(), 4096);
      assertThat(area.getLong(area.address())).isZero();
    }
  }

  @Test
  void noOtherMappingJoinsAnArea() {
    try (MappedArea first = MappedArea.anonymous(8192);
        MappedArea second = MappedArea.anonymous(8192);
        TrackedProcess self = LinuxProcess.open((int) ProcessHandle.current().pid())) {
      assertThat(self.maps())
          .extracting(MappedAreaTest::range)
          .contains(range(first), range(second));
    }
  }

  private static PageRange range(Vma vma) {
    return new PageRange(vma.startVpn(), vma.endVpn());
  }

  private static PageRange range(MappedArea area) {
    long startVpn = Pages.vpn(area.address());
    return new PageRange(startVpn, startVpn + Pages.count(area.bytes()));
  }

  @Test
  void moreThanTheAddressSpaceIsRefused() {
    assertThatThrownBy(() -> MappedArea.anonymous(1L << 50))
        .isInstanceOfSatisfying(
            KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOMEM))
        .hasMessageStartingWith("mmap of 1125899906842624 bytes: Cannot allocate memory");
  }

  @Test
  void aClosedAreaIsNotTouched() {
    MappedArea area = MappedArea.anonymous(4096);
    area.close();
    assertThatThrownBy(() -> area.getLong(area.address()))
        .isInstanceOf(IndexOutOfBoundsException.class);
    area.close();
  }
}
