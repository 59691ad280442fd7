package io.github.dirtyrange.linux.mm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.linux.perf.PerfRings;
import io.github.dirtyrange.linux.sys.OnlineCpus;
import org.junit.jupiter.api.Test;

/** The parsers of what /proc and /sys say. */
class ProcFilesTest {

  @Test
  void linesOfMapsAreParsed() {
    String text =
        """
        00400000-00452000 r-xp 00001000 08:02 173521      /usr/bin/some name
        7f0000000000-7f0000001000 rw-s 00000000 00:00 0\s
        ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]
        """;
    assertThat(MapsText.parse(text))
        .containsExactly(
            new Vma(
                0x400,
                0x452,
                true,
                false,
                true,
                false,
                4096,
                0x800002,
                173521,
                "/usr/bin/some name"),
            new Vma(0x7f0000000L, 0x7f0000001L, true, true, false, true, 0, 0, 0, ""),
            new Vma(
                0xffffffffff600L,
                0xffffffffff601L,
                false,
                false,
                true,
                false,
                0,
                0,
                0,
                "[vsyscall]"));
  }

  /** The kernel escapes newlines in paths, and nothing else. */
  @Test
  void aPathMayHoldWhateverElseEndsALine() {
    String path = "/tmp/a\rVmFlags: ht\u0085\u2028";
    String line = "00400000-00401000 rw-s 00000000 08:02 18446744073709551615 " + path + "\n";
    String name = "/tmp/a\\x0dVmFlags: ht\\x85\\u2028";
    assertThat(MapsText.parse(line))
        .containsExactly(new Vma(0x400, 0x401, true, true, false, true, 0, 0x800002, -1, name));
    assertThat(Smaps.withFlag(line + "VmFlags: rd wr\n", Smaps.HUGETLB)).isEmpty();
    assertThat(HugePages.parse(line + "KernelPageSize: 4 kB\nVmFlags: rd wr\n")).hasSize(1);
  }

  @Test
  void aLineThatIsNoneOfMapsIsRefused() {
    assertThatThrownBy(() -> MapsText.parse("nonsense"))
        .hasMessage("not a line of /proc/PID/maps: nonsense");
  }

  @Test
  void smapsTellHowManyPagesAFaultMayChange() {
    String text =
        """
        00400000-00600000 r-xp 00001000 08:02 1 /a
        KernelPageSize:        4 kB
        THPeligible:           0
        VmFlags: rd ex
        00600000-00800000 rw-p 00000000 00:00 0\s
        KernelPageSize:        4 kB
        THPeligible:           1
        VmFlags: rd wr
        40000000-80000000 rw-p 00000000 00:00 0 /huge
        KernelPageSize:  1048576 kB
        THPeligible:           0
        VmFlags: rd wr ht
        """;
    assertThat(HugePages.parse(text))
        .containsExactly(
            new HugePages.Mapped(new PageRange(0x400, 0x600), 1),
            new HugePages.Mapped(new PageRange(0x600, 0x800), 512),
            new HugePages.Mapped(new PageRange(0x40000, 0x80000), 1 << 18));
  }

  @Test
  void smapsTellWhatLiesInHugePagesOfTheTrackedRanges() {
    String text =
        """
        00400000-00600000 r-xp 00001000 08:02 1 /a
        AnonHugePages:         0 kB
        FilePmdMapped:      2048 kB
        00600000-00e00000 rw-p 00000000 00:00 0\s
        AnonHugePages:      6144 kB
        ShmemPmdMapped:        0 kB
        40000000-40200000 rw-s 00000000 00:00 0 /dev/shm/b
        AnonHugePages:         0 kB
        ShmemPmdMapped:     2048 kB
        """;
    assertThat(Smaps.hugeBytes(text, TrackedRanges.allOfUserSpace())).isEqualTo(8L << 20);
    assertThat(Smaps.hugeBytes(text, TrackedRanges.of(new PageRange(0xc00, 0x1000))))
        .isEqualTo(2L << 20);
  }

  @Test
  void listsOfCpusAreParsed() {
    assertThat(OnlineCpus.parse("0-3,8,10-11\n")).containsExactly(0, 1, 2, 3, 8, 10, 11);
  }

  @Test
  void ringsShareTheirBytesAndHaveAPageAtLeast() {
    assertThat(PerfRings.pagesWithin(1 << 20, 2)).isEqualTo(128);
    assertThat(PerfRings.pagesWithin((1 << 20) - 1, 2)).isEqualTo(64);
    assertThat(PerfRings.pagesWithin(1, 64)).isEqualTo(1);
  }
}
