package io.github.dirtyrange.interval.staged;

import java.io.IOException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

/** Keeps the fuzz targets running between the times that somebody fuzzes. */
class FuzzersTest {

  @Property(tries = 50)
  void operations(@ForAll @Size(max = 400) byte[] input) {
    OperationsFuzzer.fuzzerTestOneInput(input);
  }

  @Property
  void serialForm(@ForAll @Size(max = 60) byte[] input) throws IOException {
    SerialFormFuzzer.fuzzerTestOneInput(input);
  }
}
