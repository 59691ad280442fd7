package io.github.dirtyrange.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Vma;
import java.util.List;
import org.junit.jupiter.api.Test;

class MappingsTest {

  private static final long DISK = Vma.device(8, 1);

  private static Mappings file(long device, long inode) {
    return new Mappings(
        List.of(new Vma(10, 20, true, true, false, false, 0, device, inode, "/data")));
  }

  @Test
  void aFileOfAnotherFileSystemIsAnotherThoughItsNumberIsTheSame() {
    Mappings before = file(DISK, 7);
    assertThat(file(DISK, 7).replaced(before)).isEmpty();
    assertThat(file(DISK, 8).replaced(before)).containsExactly(new PageRange(10, 20));
    assertThat(file(Vma.device(8, 2), 7).replaced(before)).containsExactly(new PageRange(10, 20));
  }
}
