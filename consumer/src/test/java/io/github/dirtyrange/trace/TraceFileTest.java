package io.github.dirtyrange.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.dirtyrange.live.result.ChangedRegions;
import io.github.dirtyrange.live.result.MappedPart;
import io.github.dirtyrange.live.result.RoundMethod;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TraceFileTest {

  private final byte[] trace = SmallTrace.bytes();
  private final List<String> whole = SmallTrace.texts(SmallTrace.events());

  @Test
  void whatIsWrittenIsRead() throws IOException {
    List<String> read = new ArrayList<>();
    SmallTrace.readInto(trace, read);
    assertThat(read).isEqualTo(whole);
    TraceReader reader = TraceReader.open(new ByteArrayInputStream(trace));
    assertThat(reader.header()).isEqualTo(SmallTrace.HEADER);
  }

  /** Regions whose mappings have long names take several blocks. */
  @Test
  void namesOfAnyLengthAreWritten() throws IOException {
    ChangedRegions long5 = new ChangedRegions();
    for (int i = 0; i < 5; i++) {
      String name = Character.toString('a' + i).repeat(18_000_000);
      long5.add(10L * i, 10L * i + 1, 1, 1, 1, name);
    }
    byte[] bytes = SmallTrace.bytes(List.of(round(long5, List.of())));
    List<String> read = new ArrayList<>();
    try (TraceReader reader = TraceReader.open(new ByteArrayInputStream(bytes))) {
      for (Optional<TraceEvent> next = reader.next(); next.isPresent(); next = reader.next()) {
        ChangedRegions regions =
            next.get() instanceof TraceEvent.RegionsAhead ahead
                ? ahead.regions()
                : ((TraceEvent.Round) next.get()).regions();
        regions.forEach(
            (start, end, changed, now, known, name) ->
                read.add(start + name.substring(0, 1) + name.length()));
      }
    }
    assertThat(read)
        .containsExactly("0a18000000", "10b18000000", "20c18000000", "30d18000000", "40e18000000");
  }

  /** What no reader would take is told, and not written. */
  @Test
  void aRoundThatNoBlockHoldsIsToldInNumbers() throws IOException {
    MappedPart part = new MappedPart(0, 1, "x".repeat(65 << 20));
    TraceEvent.Round large = round(new ChangedRegions(), List.of(part));
    MappedPart small = new MappedPart(0, 1, "");
    TraceEvent.Round many =
        round(new ChangedRegions(), Collections.nCopies(TraceFormat.MOST_PARTS + 1, small));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TraceWriter writer = new TraceWriter(out, SmallTrace.HEADER)) {
      int size = out.size();
      assertThatThrownBy(() -> writer.write(large))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("68,157,")
          .hasMessageEndingWith("too many for a block of a trace, which has 67,108,864 at most");
      assertThatThrownBy(() -> writer.write(many))
          .hasMessage("round 1 has 1,048,577 mappings or threads, and a trace takes 1,048,576");
      assertThat(out.size()).isEqualTo(size);
    }
  }

  private static TraceEvent.Round round(ChangedRegions regions, List<MappedPart> writable) {
    return new TraceEvent.Round(
        7,
        1,
        1,
        RoundMethod.QUEUE,
        1,
        1,
        regions,
        List.of(),
        List.of(),
        List.of(),
        Optional.of(writable));
  }

  /** Cut anywhere: told in a line, and what is whole is read before. */
  @Test
  void everyTruncationIsTold() {
    for (int length = 0; length < trace.length; length++) {
      List<String> read = new ArrayList<>();
      byte[] cut = Arrays.copyOf(trace, length);
      Throwable thrown = catchThrowable(() -> SmallTrace.readInto(cut, read));
      assertThat(thrown).as("%d bytes", length).isInstanceOf(TraceException.class);
      assertThat(thrown.getMessage()).as("%d bytes", length).isNotBlank().doesNotContain("\n");
      assertThat(whole.subList(0, read.size())).as("%d bytes", length).isEqualTo(read);
    }
  }

  /** Before its end was written, all is there. */
  @Test
  void aTraceWithoutItsEndIsReadWhole() {
    List<String> read = new ArrayList<>();
    byte[] cut = Arrays.copyOf(trace, trace.length - 9);
    assertThatThrownBy(() -> SmallTrace.readInto(cut, read)).hasMessageContaining("it is cut");
    assertThat(read).isEqualTo(whole);
  }

  @Test
  void everyFlippedBitIsTold() {
    byte[] small = SmallTrace.bytes(SmallTrace.events().subList(0, 3));
    for (int bit = 0; bit < 8 * small.length; bit++) {
      byte[] flipped = small.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      List<String> read = new ArrayList<>();
      Throwable thrown = catchThrowable(() -> SmallTrace.readInto(flipped, read));
      assertThat(thrown).as("bit %d", bit).isInstanceOf(TraceException.class);
      assertThat(whole.subList(0, read.size())).as("bit %d", bit).isEqualTo(read);
    }
  }

  @Test
  void whatIsNoTraceIsTold() {
    byte[] text = "PK\u0003\u0004 something".getBytes(StandardCharsets.US_ASCII);
    assertThatThrownBy(() -> TraceReader.open(new ByteArrayInputStream(text)))
        .isInstanceOf(TraceException.class)
        .hasMessage("it is no trace");
    byte[] newer = trace.clone();
    newer[8] = 2;
    assertThatThrownBy(() -> TraceReader.open(new ByteArrayInputStream(newer)))
        .hasMessage("it is of version 2; this program reads version 1");
  }

  @Test
  void whatFollowsTheEndIsTold() {
    List<String> read = new ArrayList<>();
    byte[] more = Arrays.copyOf(trace, trace.length + 1);
    assertThatThrownBy(() -> SmallTrace.readInto(more, read))
        .isInstanceOf(TraceException.class)
        .hasMessageContaining("behind its end");
    assertThat(read).isEqualTo(whole);
  }

  /** No block is longer than a reader takes, whatever a round has. */
  @Test
  void aRoundOfManyRegionsIsCutIntoBlocks() throws IOException {
    ChangedRegions many = new ChangedRegions();
    int count = TraceFormat.MOST_REGIONS + 3;
    for (int i = 0; i < count; i++) {
      many.add(2L * i, 2L * i + 1, 2, 8, 8, "[heap]");
    }
    TraceEvent.Round round =
        new TraceEvent.Round(
            7,
            1,
            1,
            RoundMethod.SCAN,
            1,
            1,
            many,
            List.of(),
            List.of(),
            List.of(),
            Optional.of(List.of()));
    byte[] bytes = SmallTrace.bytes(List.of(round));
    assertThat(bytes.length).isLessThan(4 * count);
    int regions = 0;
    try (TraceReader reader = TraceReader.open(new ByteArrayInputStream(bytes))) {
      for (Optional<TraceEvent> next = reader.next(); next.isPresent(); next = reader.next()) {
        regions +=
            next.get() instanceof TraceEvent.RegionsAhead ahead
                ? ahead.regions().size()
                : ((TraceEvent.Round) next.get()).regions().size();
      }
    }
    assertThat(regions).isEqualTo(count);
  }
}
