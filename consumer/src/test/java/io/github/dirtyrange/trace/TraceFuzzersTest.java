package io.github.dirtyrange.trace;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

/** Keeps the fuzz targets running between the times that somebody fuzzes. */
class TraceFuzzersTest {

  @Property(tries = 500)
  void trace(@ForAll @Size(max = 100) byte[] input) throws IOException {
    TraceFuzzer.fuzzerTestOneInput(input);
  }

  @Property(tries = 500)
  void texts(
      @ForAll @StringLength(max = 80) @CharRange(from = '0', to = 'f') @Chars({' ', ',', '.', '\n'})
          String input)
      throws IOException {
    for (String line :
        new String[] {input, " S " + input, "a 1 1.5: page-faults: " + input, "a 1 " + input}) {
      PerfFuzzer.fuzzerTestOneInput((line + "\n").getBytes(UTF_8));
      LackeyFuzzer.fuzzerTestOneInput((line + "\n").getBytes(UTF_8));
      PerfFuzzer.fuzzerTestOneInput(("a 1 1.5: page-faults: 10\n" + line).getBytes(UTF_8));
    }
  }
}
