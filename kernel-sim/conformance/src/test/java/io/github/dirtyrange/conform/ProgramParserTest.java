package io.github.dirtyrange.conform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProgramParserTest {

  private static final String MAP =
      "p0 mmap start=0x1f0000 length=0x8000 protection=READ|WRITE"
          + " mapFlags=PRIVATE|ANONYMOUS|FIXED\n";

  @Test
  void commentsAndMissingArgumentsAreUnderstood() {
    Program program =
        ProgramParser.parse("layout huge # two arenas\n\n# nothing\np0 munmap start=0x7000\n");
    assertThat(program)
        .isEqualTo(new Program(Layout.HUGE, List.of(new Operation.Munmap(0, 0x7000, 0))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '>',
      quoteCharacter = '"',
      value = {
        "p0 fly > 'fly' is not an operation",
        "mmap > a process and an operation are needed, as in p0 munmap",
        "q0 mmap > 'q0' is no process; p0 is the first",
        "p0 load address=up > address=up is neither a number nor a name",
        "p0 load address= > address= is neither a number nor a name",
        "p0 load 7 > '7' is no argument, which is written name=value",
        "p0 mmap strat=1 > mmap has no argument 'strat'; it has start, length, protection, mapFlags",
        "p0 swap-off now=1 > swap-off has no argument 'now'; it has none",
        "p0 munmap start=0 start=0 > start is given twice",
        "p0 fork child=4294967297 > child=4294967297 is out of range",
        "layout round > no layout round",
        "layout > a layout has one name: small or huge",
        "layout small huge > a layout has one name: small or huge",
        "layout huge > the layout comes once, before all operations",
        "p7 load address=0 > there is no process p7 by then: p0 is, and what it forks",
        "p1 load address=0 > there is no process p1 by then: p0 is, and what it forks",
        "p0 fork child=4 > child=4 is not free: 1 to 3 are, once",
        "p0 exit > p0 ends with the program",
        "p0 load address=0x1f0008 > address is within a page, and of a page its first eight bytes"
            + " alone are compared",
        "p0 file-truncate length=0x5004 > length is within a page, and of a page its first eight"
            + " bytes alone are compared",
        "p0 mmap start=0x7f0000000 length=0x1000 > start=0x7f0000000 reaches outside the layout,"
            + " whose pages end at 0x1000000",
        "p0 munmap start=0x1f0000 length=0x7f0000000 > length=0x7f0000000 reaches outside the"
            + " layout, whose pages end at 0x1000000",
      })
  void aLineThatComparesNothingIsRefusedByItsNumberAndByWhatIsWrong(String line, String why) {
    String text = "layout small\n# a comment\n" + line + "\n";
    assertThatThrownBy(() -> ProgramParser.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("line 3 is no step of a program: \"" + line + "\": " + why);
  }

  @Test
  void aProcessWithChildrenDoesNotEnd() {
    assertThatThrownBy(() -> ProgramParser.parse("p0 fork child=1\np1 fork child=2\np1 exit\n"))
        .hasMessageContaining("line 3")
        .hasMessageContaining("p1 has children, which have to end before");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n\n", "layout huge\n", "# a comment"})
  void aProgramWithoutOperationsIsRefused(String text) {
    assertThatThrownBy(() -> ProgramParser.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("there is no operation in it: nothing would be compared");
  }

  /** Calls that every kernel refuses are part of what is compared. */
  @Test
  void wrongArgumentsOfACallAreNoMistake() {
    String wrong =
        "p0 munmap start=0x1f0800 length=0xfffffffffffff000\np0 load address=0x8000001f0000\n";
    assertThat(ProgramParser.parse(MAP + wrong).operations()).hasSize(3);
  }

  /** Pieces of real lines, in any order and number: nearly right texts find more than noise. */
  @Provide
  Arbitrary<String> texts() {
    Arbitrary<String> pieces =
        Arbitraries.of(
            "p0",
            "p1",
            "p",
            " ",
            " ",
            " ",
            "\n",
            "\r",
            "mmap",
            "load",
            "fork",
            "exit",
            "scan",
            "file-truncate",
            "start=",
            "length=",
            "child=",
            "address=",
            "offset=",
            "protection=",
            "READ",
            "|",
            "0x1f0000",
            "0x",
            "-1",
            "99999999999999999999",
            "0x5004",
            "layout",
            "small",
            "#",
            "=",
            "\u2028",
            "\u0000",
            "\ud800",
            "regions=",
            "4294967296");
    Arbitrary<String> noise = Arbitraries.strings().ofMaxLength(5);
    return Arbitraries.frequencyOf(Tuple.of(9, pieces), Tuple.of(1, noise))
        .list()
        .ofMaxSize(40)
        .map(parts -> String.join("", parts));
  }

  @Property
  void anyTextIsUnderstoodOrRefusedInOneLine(@ForAll("texts") String text) {
    assertUnderstoodOrRefused(text);
  }

  @Property(tries = 300)
  void aDamagedProgramIsUnderstoodOrRefusedInOneLine(
      @ForAll long seed, @ForAll @IntRange(max = 5000) int where, @ForAll char by) {
    StringBuilder text = new StringBuilder(ProgramText.print(generated(seed)));
    text.setCharAt(where % text.length(), by);
    assertUnderstoodOrRefused(text.toString());
  }

  private static Program generated(long seed) {
    return new ProgramGenerator(seed, 10, EnumSet.allOf(OperationKind.class)).program(0);
  }

  private static void assertUnderstoodOrRefused(String text) {
    List<String> said = new ArrayList<>();
    try {
      Program program = ProgramParser.parse(text);
      assertThat(ProgramParser.parse(ProgramText.print(program))).isEqualTo(program);
    } catch (IllegalArgumentException e) {
      said.add(e.getMessage());
    }
    assertThat(said).allSatisfy(message -> assertThat(message.lines()).hasSize(1));
  }
}
