package io.github.dirtyrange.trace;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextTraceTest {

  private static final RoundCut BY_TIME =
      new RoundCut(OptionalLong.of(100_000_000), OptionalLong.empty());

  private static final String PERF =
      """
      # captured on somewhere
      #
           redis-server  4711  100.000001:                page-faults:     7f0000000010
           redis-server  4711  100.050000:  page-faults:u:     7f0000001fff
                bio aof  4712  100.060000:         1 minor-faults:     7f0000001000
      Warning: something
           redis-server  4711  100.450000:         page-faults:     7f0000400000
      """;

  private static final String LACKEY =
      """
      ==4711== Lackey, an example Valgrind tool
      I  04016b80,3
       S 1ffefffff8,8
       L 1ffefffff8,8
      hello from the program
       M 1fff000ffc,8
      I  04016b83,5
       S 1fff005000,4
      ==4711==
      """;

  private static TextTrace.Text text(String text) {
    return () -> new ByteArrayInputStream(text.getBytes(UTF_8));
  }

  private static List<TraceEvent.Round> rounds(TextTrace trace) throws IOException {
    assertThat(trace.next()).containsInstanceOf(TraceEvent.Tracked.class);
    List<TraceEvent.Round> rounds = new ArrayList<>();
    for (Optional<TraceEvent> next = trace.next(); next.isPresent(); next = trace.next()) {
      rounds.add((TraceEvent.Round) next.get());
    }
    return rounds;
  }

  private static List<String> pages(TraceEvent.Round round) {
    List<String> pages = new ArrayList<>();
    round
        .regions()
        .forEach(
            (start, end, changed, now, known, mapping) ->
                pages.add(Long.toHexString(start) + "-" + Long.toHexString(end)));
    return pages;
  }

  @Test
  void faultsOfPerfAreCutByTime() throws IOException {
    assertThat(TextTrace.formatOf(text(PERF))).isEqualTo(TextFormat.PERF);
    TextTrace trace = TextTrace.open(text(PERF), TextFormat.PERF, BY_TIME);
    List<TraceEvent.Round> rounds = rounds(trace);
    assertThat(rounds)
        .extracting(TextTraceTest::pages)
        .containsExactly(List.of("7f0000000-7f0000002"), List.of("7f0000400-7f0000401"));
    assertThat(rounds.get(0).threads())
        .extracting(thread -> thread.tid() + thread.name())
        .containsExactly("4711redis-server", "4712bio aof");
    assertThat(rounds.get(0).writable().orElseThrow()).hasSize(2);
    assertThat(rounds.get(1).writable()).isEmpty();
    assertThat(rounds.get(1).elapsedNanos()).isEqualTo(449_999_000);
    assertThat(trace.passedOver()).isEqualTo(1);
    assertThat(trace.firstPassedOver()).isEqualTo(6);
  }

  /** As perf 6.1 prints it; its columns are 16 digits wide. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "     7f39d4040603     7f39d42364b6",
        "     7f39d4040603 [unknown]     7f39d42364b6 strcmp",
        "     7f39d4040603 [unknown]           434546 [unknown]",
        "     7f39d4040603 [unknown] (//anon)     7f39d42364b6 strcmp (/usr/lib/ld.so.2)",
        "     7f39d4040603 [unknown]     7f39d42364b6 strcmp+0x16",
        "     7f39d4040603 add ffffffff81e0f3c4 clear_user",
        "     7f39d4040603 ffffffff81e0f3c4",
        "     7f39d4040603 (//anon)     7f39d42364b6 (/usr/lib/ld.so.2)",
        "     7f39d4040603 [unknown] ([heap])           434546 main (/home/u/a   b c/x)",
        "     7f39d4040603 vtable for A (/home/u/a   b (c) d/x)     7f39d42364b6 A::A() (/x (deleted))",
        "     7f39d4040603 (/home/u/a   b c/x) ffffffff81e0f3c4 ([kernel.kallsyms])"
      })
  void perfMayPrintWhereTheProgramWasAsWell(String address) throws IOException {
    String text = "w 25195 55854.363322: page-faults:u:" + address + "\n";
    assertThat(rounds(TextTrace.open(text(text), TextFormat.PERF, BY_TIME)))
        .extracting(TextTraceTest::pages)
        .containsExactly(List.of("7f39d4040-7f39d4041"));
  }

  /** With no option, or of a recording without -d: the address is that of an instruction. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "            4014f0 [unknown] (/tmp/st)",
        "      7f39d42364b6 strcmp+0x16 (/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2)",
        "      55d0c0001234 main",
        "      55d0c0001234 add",
        "      55d0c0001234 operator new(unsigned long)",
        "      55d0c0001234 (/usr/bin/sort)",
        "     7f39d4040603 [unknown]",
        "  7f0000001000 main+0x4 (/home/u/a   b c/x)",
        "  7f0000001000 main+0x4 (/home/u/a     7f39d42364b6 c/x)",
        "  7f0000001000 main+0x4 (/home/u/ffffffff81e0f3c4 c/x)",
        "  7f0000001000 (/home/u/a     7f39d42364b6 c/x)",
        "  7f0000001000 (/home/u/a     7f39d42364b6 (b) c/x)",
        "  7f0000001000 (/home/u/(a)     7f39d42364b6 b/x)",
        "  7f0000001000 [unknown] (/home/u/(a)     7f39d42364b6 b/x)",
        "  7f0000001000 deadbeefdeadbeef (/bin/x)",
        "  7f0000001000 deadbeefdeadbeef",
        "  7f0000001000 ffffffff81e0f3c4 (/bin/x)",
        "  7f0000001000     7f39d42364b6 (/bin/x)",
        "  7f0000001000 A::operator deadbeefdeadbeef (unsigned long) (/bin/x)"
      })
  void whereTheProgramWasIsNotTakenForAWrite(String address) {
    String text = "st 16305 54958.551281:          1 page-faults:u:" + address + "\n";
    assertThatThrownBy(() -> TextTrace.formatOf(text(text)))
        .isInstanceOf(TraceException.class)
        .hasMessageStartingWith("line 1: 0x")
        .hasMessageEndingWith(
            " may be where the program was, not what it wrote;"
                + " print that by perf script -F comm,tid,time,event,addr");
  }

  @Test
  void storesOfLackeyAreCutByCount() throws IOException {
    assertThat(TextTrace.formatOf(text(LACKEY))).isEqualTo(TextFormat.LACKEY);
    RoundCut two = new RoundCut(OptionalLong.empty(), OptionalLong.of(2));
    TextTrace trace = TextTrace.open(text(LACKEY), TextFormat.LACKEY, two);
    assertThat(rounds(trace))
        .extracting(TextTraceTest::pages)
        .containsExactly(List.of("1ffefff-1fff002"), List.of("1fff005-1fff006"));
    assertThat(trace.passedOver()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        " S ffffffff81000000,8",
        " M 11223344556677889900,8",
        " S 1000,0",
        " S 7fffffffffffffff,8",
        " x 1 1.5: page-faults: ffffffff81000000",
        " x 1 1.5: page-faults: 7ffffffff000",
        " x 1 1.5: page-faults: 00800000000000",
        " x 1 1.5:  1 page-faults:   7fbec2fafb70 _start+0x0 (/usr/lib/ld-linux-x86-64.so.2)",
        " S 7fffffffeffc,8",
        " M ffffffffffff,1"
      })
  void aWriteThatCannotBeIsToldWithItsLine(String line) {
    String text = "\n" + line + "\n";
    assertThatThrownBy(() -> TextTrace.formatOf(text(text)))
        .isInstanceOf(TraceException.class)
        .hasMessageStartingWith("line 2: ");
  }

  @Test
  void theLastPageOfUserSpaceCanBeWritten() throws IOException {
    RoundCut one = new RoundCut(OptionalLong.empty(), OptionalLong.of(1));
    assertThat(rounds(TextTrace.open(text(" S 7fffffffeff8,8\n"), TextFormat.LACKEY, one)))
        .extracting(TextTraceTest::pages)
        .containsExactly(List.of("7fffffffe-7ffffffff"));
  }

  /** Of an address half of the digits may be there. */
  @Test
  void aLineWithoutItsEndIsCut() throws IOException {
    String whole = "a 1 0.1: page-faults: 1000\na 1 0.2: page-faults: 2000\n";
    String cut = whole + "a 1 0.2: page-faults: 55d0";
    for (RoundCut rounds :
        List.of(BY_TIME, new RoundCut(OptionalLong.empty(), OptionalLong.of(2)))) {
      TextTrace trace = TextTrace.open(text(cut), TextFormat.PERF, rounds);
      assertThat(trace.next()).containsInstanceOf(TraceEvent.Tracked.class);
      List<List<String>> pages = new ArrayList<>();
      assertThatThrownBy(
              () -> {
                for (Optional<TraceEvent> next = trace.next(); next.isPresent(); ) {
                  pages.add(pages((TraceEvent.Round) next.get()));
                  next = trace.next();
                }
              })
          .isInstanceOf(TraceException.class)
          .hasMessage("it is cut: line 3 has no end");
      assertThat(String.join(" ", pages.stream().flatMap(List::stream).toList()))
          .isIn("1-3", "1-2 2-3");
      assertThat(trace.next()).isEmpty();
    }
    assertThatThrownBy(() -> TextTrace.formatOf(text("a 1 0.1: page-faults: 1000")))
        .hasMessage(
            "it is cut: line 1 has no end, and no write of perf script or lackey is before it");
  }

  /** What is behind an address says what the address is. */
  @Test
  void aLineThatIsTooLongToBeReadIsPassedOver() throws IOException {
    String text =
        "# "
            + "x".repeat(2000)
            + "\n"
            + "a 1 0.1: page-faults: 1000\n"
            + "a 1 0.1: page-faults: 2000"
            + " ".repeat(2000)
            + "main\n";
    TextTrace trace = TextTrace.open(text(text), TextFormat.PERF, BY_TIME);
    assertThat(rounds(trace)).extracting(TextTraceTest::pages).containsExactly(List.of("1-2"));
    assertThat(trace.passedOver()).isEqualTo(1);
    assertThat(trace.firstPassedOver()).isEqualTo(3);
  }

  @Test
  void whatIsNoneIsToldWithItsLine() {
    assertThatThrownBy(() -> TextTrace.formatOf(text("# comment\nroot:x:0:0\n")))
        .isInstanceOf(TraceException.class)
        .hasMessageStartingWith("line 2 is none of");
    assertThatThrownBy(() -> TextTrace.formatOf(text(""))).hasMessage("it is empty");
  }

  /** A clock that jumps makes no rounds in which nothing happens. */
  @Test
  void timeInWhichNothingIsWrittenIsLeftOut() throws IOException {
    String text =
        """
        a 1 0.1: page-faults: 1000
        a 1 999999999.5: page-faults: 2000
        a 1 5.0: page-faults: 3000
        """;
    RoundCut nano = new RoundCut(OptionalLong.of(1), OptionalLong.empty());
    assertThat(rounds(TextTrace.open(text(text), TextFormat.PERF, nano))).hasSize(2);
  }

  /** What a program prints in between may have no end of line. */
  @Test
  void aLineWithoutEndTakesNoMemory() throws IOException {
    String text = "x".repeat(3_000_000) + "\n S 1000,8\n";
    TextTrace trace =
        TextTrace.open(
            text(text), TextFormat.LACKEY, new RoundCut(OptionalLong.empty(), OptionalLong.of(1)));
    assertThat(rounds(trace)).hasSize(1);
  }
}
