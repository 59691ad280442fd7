package io.github.dirtyrange.linux.symbol;

import static io.github.dirtyrange.linux.symbol.ElfFile.OFFSET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.linux.CTarget;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ElfSymbolsTest {

  private static final int TRIES = 2_000;

  private static ElfSymbols symbols(ElfFile file) {
    return ElfSymbols.read(ElfFile.file(file.bytes()));
  }

  @Test
  void aFunctionReachesFromItsFirstByteToItsLast() {
    ElfSymbols symbols =
        symbols(
            new ElfFile(ElfFile.SYMTAB).function("second", 0x20, 8).function("first", 0x10, 0x10));
    assertThat(symbols.count()).isEqualTo(2);
    assertThat(symbols.name(OFFSET + 0xf)).isEmpty();
    assertThat(symbols.name(OFFSET + 0x10)).isEqualTo("first");
    assertThat(symbols.name(OFFSET + 0x1f)).isEqualTo("first");
    assertThat(symbols.name(OFFSET + 0x20)).isEqualTo("second");
    assertThat(symbols.name(OFFSET + 0x28)).isEmpty();
    assertThat(symbols.name(OFFSET + 0x1000)).isEmpty();
    assertThat(symbols.name(OFFSET - 1)).isEmpty();
  }

  @Test
  void oneWithoutASizeReachesToTheNext() {
    ElfSymbols symbols =
        symbols(new ElfFile(ElfFile.DYNSYM).function("asm", 0x10, 0).function("next", 0x40, 8));
    assertThat(symbols.name(OFFSET + 0x3f)).isEqualTo("asm");
    assertThat(symbols.name(OFFSET + 0x44)).isEqualTo("next");
  }

  @Test
  void oneInsideAnotherEndsBeforeIt() {
    ElfSymbols symbols =
        symbols(new ElfFile(ElfFile.SYMTAB).function("all", 0, 0x100).function("part", 0x10, 8));
    assertThat(symbols.name(OFFSET + 0x12)).isEqualTo("part");
    assertThat(symbols.name(OFFSET + 0x18)).isEqualTo("all");
  }

  @Test
  void ofSeveralNamesTheOneWithTheFewestUnderscoresIsTaken() {
    ElfSymbols symbols =
        symbols(
            new ElfFile(ElfFile.SYMTAB)
                .function("_malloc", 0, 8)
                .function("malloc", 0, 8)
                .function("__libc_malloc", 0, 8));
    assertThat(symbols.name(OFFSET)).isEqualTo("malloc");
  }

  @Test
  void variablesAndWhatIsInOtherFilesAreNoFunctions() {
    ElfSymbols symbols =
        symbols(
            new ElfFile(ElfFile.SYMTAB).symbol("data", 1, 1, 0, 8).symbol("extern", 2, 0, 0, 8));
    assertThat(symbols.count()).isZero();
    assertThat(symbols.name(OFFSET)).isEmpty();
  }

  /** A terminal would obey it. */
  @Test
  void aNameIsNothingThatATerminalObeys() {
    ElfSymbols symbols = symbols(new ElfFile(ElfFile.SYMTAB).function("a\u001b[2Jb", 0, 8));
    assertThat(symbols.name(OFFSET)).isEqualTo("a\\x1b[2Jb");
  }

  @Test
  void anotherFileHasNoFunctions() {
    for (String text : List.of("", "#!/bin/sh\n", "\u007fELF")) {
      ElfSymbols symbols = ElfSymbols.read(ElfFile.file(text.getBytes(StandardCharsets.UTF_8)));
      assertThat(symbols.count()).isZero();
      assertThat(symbols.name(0)).isEmpty();
    }
  }

  private static byte[] sound() {
    return new ElfFile(ElfFile.SYMTAB)
        .function("first", 0, 0x100)
        .function("second", 0x100, 0)
        .function("third", 0x200, 0x10)
        .bytes();
  }

  /** Eight bytes of a file, replaced. */
  record Change(int at, long value) {

    void in(byte[] file) {
      for (int i = 0; i < Long.BYTES && at + i < file.length; i++) {
        file[at + i] = (byte) (value >>> (8 * i));
      }
    }
  }

  @Provide
  Arbitrary<List<Change>> changes() {
    Arbitrary<Long> values =
        Arbitraries.oneOf(
            Arbitraries.longs(),
            Arbitraries.of(0L, 1L, -1L, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 32, 0xffffffffL));
    Arbitrary<Integer> places = Arbitraries.integers().between(4, sound().length - 1);
    return Combinators.combine(places, values).as(Change::new).list().ofMinSize(1).ofMaxSize(6);
  }

  @Property(tries = TRIES)
  void whateverIsInAFileItIsReadToItsEnd(
      @ForAll("changes") List<Change> changes, @ForAll long offset) {
    byte[] file = sound();
    changes.forEach(change -> change.in(file));
    askOf(file, offset);
  }

  @Property(tries = TRIES)
  void aFileThatIsCutShortIsReadToItsEnd(
      @ForAll @IntRange(max = 700) int length, @ForAll("changes") List<Change> changes) {
    byte[] file = sound();
    changes.get(0).in(file);
    askOf(Arrays.copyOf(file, Math.min(length, file.length)), OFFSET);
  }

  private static void askOf(byte[] file, long offset) {
    ElfSymbols symbols = ElfSymbols.read(ElfFile.file(file));
    assertThat(symbols.count()).isLessThanOrEqualTo(file.length / 24);
    for (long at : new long[] {offset, OFFSET, OFFSET + 0x150, OFFSET + 0x205}) {
      assertThat(symbols.name(at)).hasSizeLessThanOrEqualTo(4 * file.length);
    }
  }

  /** A program as gcc makes it, which is loaded anywhere. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void theFunctionsOfARealProgramAreFound(@TempDir Path folder) throws Exception {
    Path program = CTarget.compile("stacks", folder);
    Process nm = new ProcessBuilder("nm", "--defined-only", program.toString()).start();
    List<String> lines = nm.inputReader().lines().toList();
    try (OpenedFile file = OpenedFile.open(program.toString()).orElseThrow()) {
      ElfSymbols symbols = ElfSymbols.read(file);
      assertThat(functions(lines))
          .contains("main", "store_pages", "append_log")
          .allSatisfy(name -> assertThat(symbols.name(address(lines, name))).isEqualTo(name));
    }
  }

  /** {@return those of the program's own, at whose addresses there is nothing else} */
  private static List<String> functions(List<String> nm) {
    return nm.stream()
        .map(line -> line.split(" ", -1))
        .filter(words -> words[1].equalsIgnoreCase("t") && !words[2].startsWith("_"))
        .map(words -> words[2])
        .filter(name -> !name.contains(".") && !name.contains("tm_clones"))
        .toList();
  }

  /** Code is mapped by whole pages to where it lies in the file. */
  private static long address(List<String> nm, String name) {
    return nm.stream()
        .filter(line -> line.endsWith(" " + name))
        .mapToLong(line -> Long.parseLong(line.substring(0, line.indexOf(' ')), 16))
        .findFirst()
        .orElseThrow();
  }
}
