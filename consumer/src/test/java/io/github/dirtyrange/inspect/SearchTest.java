package io.github.dirtyrange.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.saved.SavedMapping;
import io.github.dirtyrange.saved.SavedMemory;
import io.github.dirtyrange.store.Generation;
import io.github.dirtyrange.store.GenerationWriter;
import io.github.dirtyrange.store.MadeStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SearchTest {

  private static final int PAGE = 4096;
  private static final SavedMapping HEAP = MadeStore.anonymous(100, 1_100, "[heap]");

  /** A text that lies across the end of a page. */
  private static ByteBuffer across(String text, int pages) {
    byte[] bytes = new byte[pages * PAGE];
    Arrays.fill(bytes, (byte) '.');
    byte[] some = text.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(some, 0, bytes, PAGE - some.length / 2, some.length);
    return ByteBuffer.wrap(bytes);
  }

  private static List<Match> found(SearchPattern pattern, long most, SavedMemory... memories)
      throws IOException {
    List<Match> found = new ArrayList<>();
    Search search = new Search(pattern, most, found::add);
    for (SavedMemory memory : memories) {
      search.in(memory);
    }
    return found;
  }

  private static Generation heapOfNumbers(MadeStore made) throws IOException {
    return made.add(
        PAGE,
        Optional.empty(),
        writer -> {
          writer.mapping(HEAP);
          ByteBuffer bytes = ByteBuffer.allocate(1_000 * PAGE);
          for (int i = 0; bytes.hasRemaining(); i++) {
            bytes.putInt(i);
          }
          writer.data(HEAP.startVpn(), bytes.flip());
        });
  }

  @Test
  void pagesThatDidNotChangeAreNotReadAgain() throws IOException {
    try (MadeStore made = MadeStore.empty()) {
      Generation first = heapOfNumbers(made);
      Generation second =
          made.add(
              PAGE,
              Optional.of(first),
              writer -> {
                writer.mapping(HEAP);
                writer.parent(100, 500);
                writer.data(500, across("the secret", 2));
                writer.parent(502, 1_100);
              });
      CountingMemory a = new CountingMemory(first);
      CountingMemory b = new CountingMemory(second, Optional.of(a));
      List<Match> found = found(SearchPattern.text("the secret"), 10, a, b);
      assertThat(found)
          .containsExactly(new Match(b, HEAP, 501L * PAGE - 5, 401L * PAGE - 5, "the secret"));
      assertThat(a.read()).hasSizeBetween(1_000, 1_020);
      assertThat(b.read()).hasSizeLessThan(8).allMatch(vpn -> vpn >= 498 && vpn < 504);
    }
  }

  /** Half of it is in a page that is older. */
  @Test
  void whatANewPageMakesOfAnOldOneIsFound() throws IOException {
    try (MadeStore made = MadeStore.empty()) {
      ByteBuffer text = across("the secret", 2);
      Generation first =
          made.add(
              PAGE,
              Optional.empty(),
              writer -> {
                writer.mapping(MadeStore.anonymous(10, 12, ""));
                writer.data(10, text.slice(0, PAGE));
                writer.zero(11, 12);
              });
      Generation second =
          made.add(
              PAGE,
              Optional.of(first),
              writer -> {
                writer.mapping(MadeStore.anonymous(10, 12, ""));
                writer.parent(10, 11);
                writer.data(11, text.slice(PAGE, PAGE));
              });
      assertThat(found(SearchPattern.text("the secret"), 10, first, second))
          .singleElement()
          .satisfies(match -> assertThat(match.memory()).isSameAs(second));
    }
  }

  @Test
  void nothingIsFoundAcrossMappings() throws IOException {
    try (MadeStore made = MadeStore.empty()) {
      ByteBuffer text = across("the secret", 2);
      Generation apart =
          made.add(
              PAGE,
              Optional.empty(),
              writer -> {
                writer.mapping(MadeStore.anonymous(10, 11, "a"));
                writer.data(10, text.slice(0, PAGE));
                writer.mapping(MadeStore.anonymous(11, 12, "b"));
                writer.data(11, text.slice(PAGE, PAGE));
              });
      assertThat(found(SearchPattern.text("the secret"), 10, apart)).isEmpty();
    }
  }

  /** Addresses have 64 bits: the last ones are negative as a long. */
  @Test
  void theUpperHalfOfTheAddressesIsSearched() throws IOException {
    long vpn = 0xffff_ffff_ff60_0L;
    try (MadeStore made = MadeStore.empty()) {
      Generation generation =
          made.add(
              PAGE,
              Optional.empty(),
              writer -> {
                writer.mapping(MadeStore.anonymous(vpn, vpn + 2, "[vsyscall]"));
                writer.data(vpn, across("the secret", 2));
              });
      assertThat(found(SearchPattern.regex("the [a-z]+"), 10, generation))
          .singleElement()
          .satisfies(
              match -> {
                assertThat(match.address()).isEqualTo(0xffff_ffff_ff60_0ffbL);
                assertThat(match.bytes()).isEqualTo("the secret");
              });
    }
  }

  /** 2^50 pages of zeros: nothing in them, or something in each. */
  @Test
  @Timeout(30)
  void manyZerosAreNotSearchedOneByOne() throws IOException {
    SavedMapping wide = MadeStore.anonymous(0, 1L << 50, "");
    try (MadeStore made = MadeStore.empty()) {
      Generation generation =
          made.add(PAGE, Optional.empty(), writer -> zerosAndOne(writer, wide, dotsAndOneX()));
      assertThat(found(SearchPattern.text("\0.."), 10, generation))
          .extracting(Match::address)
          .containsExactly((1L << 49) * PAGE - 1);
      assertThat(found(SearchPattern.regex(".x"), 10, generation)).hasSize(1);
      assertThat(found(SearchPattern.regex("\\x00+"), 700, generation)).hasSize(700);
    }
  }

  private static ByteBuffer dotsAndOneX() {
    byte[] bytes = new byte[PAGE];
    Arrays.fill(bytes, (byte) '.');
    bytes[1_000] = 'x';
    return ByteBuffer.wrap(bytes);
  }

  private static void zerosAndOne(GenerationWriter writer, SavedMapping wide, ByteBuffer page)
      throws IOException {
    writer.mapping(wide);
    writer.zero(0, 1L << 49);
    writer.data(1L << 49, page);
    writer.zero((1L << 49) + 1, wide.endVpn());
  }

  @Test
  void whatCannotBeSearchedForIsSaid() {
    assertThatThrownBy(() -> SearchPattern.text("")).hasMessage("there is nothing to search for");
    assertThatThrownBy(() -> SearchPattern.bytes(new byte[4_097]))
        .hasMessage("it has 4097 bytes; at most 4096 can be searched for");
    assertThatThrownBy(() -> SearchPattern.regex("a(b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Unclosed group at character 4");
    assertThatThrownBy(() -> SearchPattern.regex("€"))
        .hasMessage("it has a character beyond \\xff; write its bytes, as in \\xc3\\xa9");
  }
}
