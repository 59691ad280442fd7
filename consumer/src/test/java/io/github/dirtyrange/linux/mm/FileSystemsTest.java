package io.github.dirtyrange.linux.mm;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Vma;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class FileSystemsTest {

  @Test
  void linesOfMountinfoAreParsed() {
    FileSystems mounted =
        FileSystems.parse(
            """
            24 1 254:0 / / rw,relatime shared:1 master:2 - ext4 /dev/root rw
            30 24 0:26 / /dev/shm rw,nosuid - tmpfs tmpfs rw,size=10k
            31 24 0:27 / /a\\040-\\040tmpfs\\040b rw - overlay none rw,lowerdir=/x - tmpfs y
            32 24 0:28 /folder /huge rw shared:3 - hugetlbfs hugetlbfs rw,pagesize=2M
            """);
    assertThat(mounted.type(Vma.device(254, 0))).isEqualTo("ext4");
    assertThat(mounted.type(Vma.device(0, 26))).isEqualTo("tmpfs");
    assertThat(mounted.type(Vma.device(0, 27))).isEqualTo("overlay");
    assertThat(mounted.type(Vma.device(0, 28))).isEqualTo("hugetlbfs");
    assertThat(mounted.type(Vma.device(0, 29))).isEmpty();
  }

  /** It is enough that one of the places where it is mounted lets them be opened. */
  @Test
  void nodesOfDevicesCanBeOpenedWithoutNodev() {
    FileSystems mounted =
        FileSystems.parse(
            """
            30 24 0:26 / /dev/shm rw,nosuid,nodev - tmpfs tmpfs rw,size=10k
            31 24 0:27 / /a rw,nodev - tmpfs tmpfs rw
            32 24 0:27 / /dev rw,nosuid - tmpfs tmpfs rw
            """);
    assertThat(mounted.mayHaveNodes(Vma.device(0, 26))).isFalse();
    assertThat(mounted.mayHaveNodes(Vma.device(0, 27))).isTrue();
  }

  @Test
  void whatCannotBeReadIsNotKnown() {
    assertThat(FileSystems.read(Path.of("/proc/0/mountinfo"))).isEmpty();
  }
}
