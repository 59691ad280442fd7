package io.github.dirtyrange.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.saved.SavedMapping;
import io.github.dirtyrange.store.Generation;
import io.github.dirtyrange.store.MadeStore;
import io.github.dirtyrange.store.Plan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class ExtractionTest {

  private static final int FIRST = 90 * Plan.PAGE;
  private static final int LAST = 130 * Plan.PAGE;

  /** Bytes as a number each; what is not known is -1. */
  private static final class Collected implements Extraction.Sink {

    private final List<Integer> bytes = new ArrayList<>();
    private final List<Long> unknown = new ArrayList<>();

    @Override
    public void bytes(ByteBuffer some) {
      while (some.hasRemaining()) {
        bytes.add(some.get() & 0xff);
      }
    }

    @Override
    public void zeros(long count) {
      add(0, count);
    }

    @Override
    public void unknown(long count, Extraction.Unknown what) {
      unknown.add(what.startVpn());
      add(-1, count);
    }

    private void add(int value, long count) {
      for (long i = 0; i < count; i++) {
        bytes.add(value);
      }
    }
  }

  @Provide
  Arbitrary<List<Plan>> programs() {
    return Plan.programs();
  }

  @Property(tries = 150)
  void bytesAreThoseOfTheModel(
      @ForAll("programs") List<Plan> plans,
      @ForAll @IntRange(min = FIRST, max = LAST) int start,
      @ForAll @IntRange(min = 1, max = LAST - FIRST) int length)
      throws IOException {
    try (MadeStore made = MadeStore.of(plans)) {
      ModelPages model = new ModelPages(plans, made.model().told());
      for (int i = 0; i < plans.size(); i++) {
        Generation generation = made.store().generations().get(i);
        Extraction extraction = new Extraction(generation, start, start + length);
        Collected collected = new Collected();
        extraction.copyTo(collected);
        List<Integer> expected = expected(model, i, start, length);
        assertThat(collected.bytes).isEqualTo(expected);
        int firstUnknown = expected.indexOf(-1);
        assertThat(extraction.firstUnknown().map(Extraction.Unknown::startVpn).orElse(-1L))
            .isEqualTo(firstUnknown < 0 ? -1L : (start + firstUnknown) / Plan.PAGE);
      }
    }
  }

  private static List<Integer> expected(ModelPages model, int generation, int start, int length) {
    List<Integer> bytes = new ArrayList<>();
    for (int address = start; address < start + length; address++) {
      long vpn = address / Plan.PAGE;
      boolean known = model.hasBytes(generation, vpn);
      bytes.add(known ? model.bytes(generation, vpn)[address % Plan.PAGE] & 0xff : -1);
    }
    return bytes;
  }

  @Example
  void whyBytesAreNotKnownIsSaid() throws IOException {
    try (MadeStore made = MadeStore.small()) {
      Generation first = made.store().generations().get(0);
      assertThat(why(first, 99)).isEqualTo("generation 1: page 0x63 is not mapped");
      assertThat(why(first, 105))
          .isEqualTo("generation 1, [heap]: page 0x69 holds nothing: nobody touched it");
      assertThat(why(first, 106)).endsWith("page 0x6a was swapped out, and not read");
      assertThat(why(first, 107))
          .endsWith("page 0x6b is an unchanged page of the file, and not stored");
      assertThat(why(first, 108)).endsWith("page 0x6c could not be read");
      assertThat(new Extraction(first, 100L * 64, 101L * 64).firstUnknown()).isEmpty();
    }
  }

  private static String why(Generation generation, long vpn) throws IOException {
    return new Extraction(generation, vpn * Plan.PAGE, (vpn + 1) * Plan.PAGE)
        .firstUnknown()
        .orElseThrow()
        .sentence();
  }

  /** The last page of all addresses ends where numbers begin anew. */
  @Example
  void theUpperHalfOfTheAddressesIsReached() throws IOException {
    long vpn = 0xffff_ffff_ff60_0L;
    SavedMapping mapping = MadeStore.anonymous(vpn, vpn + 1, "[vsyscall]");
    try (MadeStore made = MadeStore.empty()) {
      Generation generation =
          made.add(
              4096,
              Optional.empty(),
              writer -> {
                writer.mapping(mapping);
                writer.data(vpn, ByteBuffer.wrap(new byte[4096]).put(7, (byte) 5));
              });
      Collected collected = new Collected();
      new Extraction(generation, vpn * 4096 + 6, vpn * 4096 + 9).copyTo(collected);
      assertThat(collected.bytes).containsExactly(0, 5, 0);
    }
  }

  @Example
  void aRangeHasAByte() throws IOException {
    try (MadeStore made = MadeStore.of(List.of(new Plan(-1, 2, contents())))) {
      Generation generation = made.store().generations().get(0);
      assertThatThrownBy(() -> new Extraction(generation, 5, 5))
          .hasMessage("there is no byte from 0x5 to 0x5");
    }
  }

  private static List<Integer> contents() {
    return Collections.nCopies(20, 3);
  }
}
