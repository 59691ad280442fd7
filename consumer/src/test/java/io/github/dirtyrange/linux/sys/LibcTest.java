package io.github.dirtyrange.linux.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.linux.MappedArea;
import io.github.dirtyrange.linux.OnLinux;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibcTest {

  /** Six integers and no pointer among them: the shape that jnr-ffi's stubs get wrong. */
  public interface AllIntegers {
    long mmap(long address, long length, int protection, int flags, int fd, long offset);
  }

  private static final long OFFSET = 5 * 4096L;
  private static final long LENGTH = 3 * 4096L;

  @TempDir Path folder;

  @BeforeAll
  static void needsLinux() {
    OnLinux.need();
  }

  @Test
  void sixDistinctIntegersReachTheKernel() throws IOException {
    assertThat(Sys.libc().getpagesize()).isPositive();
    AllIntegers libc = LibraryLoader.create(AllIntegers.class).load("c");
    try (Descriptor file = Descriptor.open(tenPages().toString(), Abi.O_RDONLY)) {
      long free = unusedAddress();
      long at = libc.mmap(free, LENGTH, Abi.PROT_READ, Abi.MAP_PRIVATE, file.number(), OFFSET);
      assertMapped(at, free);
    }
  }

  @Test
  void sixDistinctParametersOfOurMmapReachTheKernel() throws IOException {
    try (Descriptor file = Descriptor.open(tenPages().toString(), Abi.O_RDONLY)) {
      long free = unusedAddress();
      Pointer hint = Pointer.wrap(Runtime.getSystemRuntime(), free);
      long at =
          Sys.libc().mmap(hint, LENGTH, Abi.PROT_READ, Abi.MAP_PRIVATE, file.number(), OFFSET);
      assertMapped(at, free);
    }
  }

  @Test
  void aFailedCallSaysWhatFailedAndWhy() {
    assertThatThrownBy(() -> Descriptor.open("/proc/no-such-file", Abi.O_RDONLY))
        .isInstanceOfSatisfying(
            KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT))
        .hasMessage("open /proc/no-such-file: No such file or directory (ENOENT)");
  }

  private Path tenPages() throws IOException {
    return Files.write(folder.resolve("ten-pages"), new byte[10 * 4096]);
  }

  /** All six values show in the mapping's line: address, length, rights, sharing, file, offset. */
  private static void assertMapped(long at, long wanted) throws IOException {
    assertThat(at).isEqualTo(wanted);
    String start = Long.toHexString(at) + "-" + Long.toHexString(at + LENGTH) + " r--p 00005000 ";
    List<String> lines = Files.readAllLines(Path.of("/proc/self/maps"));
    Sys.libc().munmap(at, LENGTH);
    assertThat(lines).anyMatch(line -> line.startsWith(start) && line.endsWith("/ten-pages"));
  }

  private static long unusedAddress() {
    try (MappedArea area = MappedArea.anonymous(LENGTH)) {
      return area.address();
    }
  }
}
