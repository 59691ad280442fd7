package io.github.dirtyrange.conform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ProgramTextTest {

  @Property
  void whatIsPrintedCanBeParsed(@ForAll long seed) {
    Program program = new ProgramGenerator(seed, 40, EnumSet.allOf(OperationKind.class)).program(0);
    assertThat(ProgramParser.parse(ProgramText.print(program))).isEqualTo(program.withoutSkipped());
  }

  @Test
  void operationsReadLikeTheirSystemCalls() {
    assertThat(ProgramText.print(new Operation.Mprotect(1, 0x1f0000, 0x2000, 3)))
        .isEqualTo("p1 mprotect start=0x1f0000 length=0x2000 protection=READ|WRITE");
    assertThat(ProgramText.print(new Operation.Madvise(0, 0, 0x1000, 4)))
        .isEqualTo("p0 madvise start=0 length=0x1000 advice=DONTNEED");
    assertThat(ProgramText.print(new Operation.Scan(0, 5, 0, 0x1000, 2, 0, 0, 2, 0, 0x402)))
        .isEqualTo(
            "p0 scan scanFlags=WP_MATCHING|4 start=0 end=0x1000 regions=2 maxPages=0"
                + " inverted=0 required=WRITTEN anyOf=0 returned=WRITTEN|0x400 oversize=0 vec=OWN");
    assertThat(ProgramText.print(new Operation.UffdOpen(2, 1 << 15 | 2)))
        .isEqualTo("p2 uffd-open features=EVENT_FORK|WP_ASYNC");
  }
}
