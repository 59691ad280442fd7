package io.github.dirtyrange.conform;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.Vma;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ShownMappingTest {

  private static final long BASE = Pages.vpn(Layout.BASE);

  @Test
  void smapsReadsLikeTheSimulatedMappings() {
    Stream<String> smaps =
        Stream.of(
            "00400000-00401000 r-xp 00000000 fe:00 12   /tmp/agent",
            "VmFlags: rd ex mr mw me",
            "10001f0000-10001f2000 rw-s 00003000 00:01 1025     /memfd:conform (deleted)",
            "Size:                  8 kB",
            "VmFlags: rd wr sh mr mw me ms",
            "10001f2000-10001f3000 ---p 00000000 00:00 0 ",
            "VmFlags: mr mw me");
    Vma file = new Vma(BASE + 0x1f0, BASE + 0x1f2, true, true, false, true, 0x3000, 0, 7, "x");
    Vma none = new Vma(BASE + 0x1f2, BASE + 0x1f3, false, false, false, false, 0, 0, 0, "");
    assertThat(ShownMapping.parse(smaps))
        .containsExactly(
            ShownMapping.text(file, "ms sh rd wr mr mw me"), ShownMapping.text(none, "mr mw me"))
        .first()
        .isEqualTo("[0x1f0000,0x1f2000) rw-s file at 0x3000 me mr ms mw rd sh wr");
  }
}
