package io.github.dirtyrange.linux.symbol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class PerfMapTest {

  private final PerfMap map = new PerfMap();

  private void read(String text) {
    map.readOn(ElfFile.file(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void aLineNamesACompiledFunction() {
    read("7f00 10 Hello.say(java.lang.String)\n0x7f20 0x0000000000000008 main\n");
    assertThat(map.name(0x7eff)).isEmpty();
    assertThat(map.name(0x7f00)).isEqualTo("Hello.say(java.lang.String)");
    assertThat(map.name(0x7f0f)).isEqualTo("Hello.say(java.lang.String)");
    assertThat(map.name(0x7f10)).isEmpty();
    assertThat(map.name(0x7f27)).isEqualTo("main");
  }

  @Test
  void whatWasCompiledLaterToAPlaceHolds() {
    read("1000 100 old\n1200 10 other\n1080 100 new\n");
    assertThat(map.name(0x1000)).isEmpty();
    assertThat(map.name(0x1080)).isEqualTo("new");
    assertThat(map.name(0x1200)).isEqualTo("other");
  }

  @Test
  void theFileIsReadOnWhereLinesHaveCome() {
    read("1000 10 one\n2000 1");
    assertThat(map.name(0x2000)).isEmpty();
    read("1000 10 one\n2000 10 two\n");
    assertThat(map.name(0x1000)).isEqualTo("one");
    assertThat(map.name(0x2000)).isEqualTo("two");
  }

  @Test
  void otherLinesAreSteppedOver() {
    read("\n1000\nzz 10 x\n1000 0 empty\nffffffffffffffff 10 far\n7fffffffffffffff ff end\n1 1 \n");
    assertThat(map.name(0x1000)).isEmpty();
    assertThat(map.name(0x7fffffffffffffffL)).isEmpty();
  }

  @Property(tries = 500)
  void anythingCanBeRead(@ForAll byte[] bytes, @ForAll long address) {
    assertThatCode(
            () -> {
              PerfMap any = new PerfMap();
              any.readOn(ElfFile.file(bytes));
              any.name(address);
            })
        .doesNotThrowAnyException();
  }

  @Property(tries = 500)
  void anyNumbersCanBeRead(@ForAll long[] starts, @ForAll long size, @ForAll long address) {
    StringBuilder text = new StringBuilder();
    for (long start : starts) {
      text.append("%x %x name\n".formatted(start, size));
    }
    PerfMap any = new PerfMap();
    any.readOn(ElfFile.file(text.toString().getBytes(StandardCharsets.UTF_8)));
    assertThat(any.name(address)).isIn("", "name");
  }
}
