package io.github.dirtyrange.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.saved.SavedMapping;
import io.github.dirtyrange.store.Generation;
import io.github.dirtyrange.store.MadeStore;
import io.github.dirtyrange.store.Plan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Differences of random generations are those of what was told of them. */
class MemoryDiffPropertyTest {

  @Provide
  Arbitrary<List<Plan>> programs() {
    return Plan.programs();
  }

  @Property(tries = 150)
  void differencesAreThoseOfTheModel(@ForAll("programs") List<Plan> plans) throws IOException {
    try (MadeStore made = MadeStore.of(plans)) {
      ModelPages model = new ModelPages(plans, made.model().told());
      for (int a = 0; a < plans.size(); a++) {
        for (int b = 0; b < plans.size(); b++) {
          compare(made.store().generations(), model, a, b);
        }
      }
    }
  }

  private static void compare(List<Generation> generations, ModelPages model, int a, int b)
      throws IOException {
    List<ByteRun> runs = new ArrayList<>();
    DiffResult result =
        MemoryDiff.inOneDirectory(generations.get(a), generations.get(b), runs::add);
    Expected expected = Expected.of(model, a, b);
    assertThat(result.mappings())
        .allSatisfy(
            row ->
                assertThat(row.counts())
                    .isEqualTo(expected.counts(row.mapping(), DiffCounts.Tally::new)));
    assertThat(result.mappings().stream().map(row -> row.mapping()).toList())
        .containsAll(expected.rows.keySet().stream().toList());
    assertThat(runs).isEqualTo(expected.runs);
  }

  /** The same memory in another directory is the same as far as its bytes are there. */
  @Property(tries = 50)
  void otherDirectoriesAreComparedByTheirBytes(@ForAll("programs") List<Plan> plans)
      throws IOException {
    try (MadeStore one = MadeStore.of(plans);
        MadeStore other = MadeStore.of(plans)) {
      ModelPages model = new ModelPages(plans, one.model().told());
      for (int i = 0; i < plans.size(); i++) {
        DiffCounts counts =
            MemoryDiff.acrossDirectories(
                    one.store().generations().get(i),
                    other.store().generations().get(i),
                    run -> assertThat(run).isNull())
                .counts();
        int generation = i;
        long same =
            model.told().get(i).pages().keySet().stream()
                .filter(vpn -> model.hasBytes(generation, vpn) || model.isNothing(generation, vpn))
                .count();
        long all = model.told().get(i).pages().size();
        assertThat(counts).isEqualTo(new DiffCounts(same, 0, 0, 0, all - same));
      }
    }
  }

  /** What a comparison of each page would say. */
  private static final class Expected {

    private final Map<SavedMapping, DiffCounts.Tally> rows =
        new TreeMap<>((x, y) -> Long.compare(x.startVpn(), y.startVpn()));
    private final List<ByteRun> runs = new ArrayList<>();

    static Expected of(ModelPages model, int a, int b) {
      Expected expected = new Expected();
      TreeSet<Long> all = new TreeSet<>(model.told().get(a).pages().keySet());
      all.addAll(model.told().get(b).pages().keySet());
      for (long vpn : all) {
        expected.page(model, a, b, vpn);
      }
      return expected;
    }

    DiffCounts counts(SavedMapping mapping, Supplier<DiffCounts.Tally> none) {
      DiffCounts.Tally tally = rows.get(mapping);
      return (tally == null ? none.get() : tally).counts();
    }

    private void page(ModelPages model, int a, int b, long vpn) {
      List<SavedMapping> ofA = model.told().get(a).mappings();
      List<SavedMapping> ofB = model.told().get(b).mappings();
      if (!model.has(b, vpn)) {
        SavedMapping mapping = with(ofA, vpn, vpn + 1).get(0);
        List<SavedMapping> heirs = with(ofB, mapping.startVpn(), mapping.endVpn());
        row(heirs.isEmpty() ? mapping : heirs.get(0)).gone(1);
        return;
      }
      SavedMapping mapping = with(ofB, vpn, vpn + 1).get(0);
      DiffCounts.Tally row = row(mapping);
      boolean knownOfA = model.hasBytes(a, vpn);
      boolean knownOfB = model.hasBytes(b, vpn);
      if (!model.has(a, vpn) || (model.isNothing(a, vpn) && knownOfB)) {
        row.added(1);
      } else if (knownOfA && model.isNothing(b, vpn)) {
        row.gone(1);
      } else if (knownOfA && knownOfB) {
        bytes(mapping, vpn, model.bytes(a, vpn), model.bytes(b, vpn), row);
      } else if (model.isNothing(a, vpn) && model.isNothing(b, vpn)) {
        row.same(1);
      } else if (model.owner(a, vpn) == model.owner(b, vpn)) {
        row.same(1);
      } else {
        row.unknown(1);
      }
    }

    private static List<SavedMapping> with(List<SavedMapping> mappings, long start, long end) {
      return mappings.stream()
          .filter(each -> each.startVpn() < end && each.endVpn() > start)
          .toList();
    }

    private DiffCounts.Tally row(SavedMapping mapping) {
      return rows.computeIfAbsent(mapping, each -> new DiffCounts.Tally());
    }

    private void bytes(SavedMapping mapping, long vpn, byte[] a, byte[] b, DiffCounts.Tally row) {
      if (Arrays.equals(a, b)) {
        row.same(1);
        return;
      }
      row.changed(1);
      for (int i = 0; i < a.length; i++) {
        if (a[i] != b[i]) {
          differ(mapping, vpn * a.length + i, a[i], b[i]);
        }
      }
    }

    private void differ(SavedMapping mapping, long address, byte a, byte b) {
      ByteRun last = runs.isEmpty() ? null : runs.get(runs.size() - 1);
      if (last == null
          || last.address() + last.length() != address
          || !last.mapping().equals(mapping)) {
        runs.add(new ByteRun(address, 1, mapping, hex(a), hex(b)));
        return;
      }
      boolean told = last.length() < ByteRun.MOST_TOLD;
      runs.set(
          runs.size() - 1,
          new ByteRun(
              last.address(),
              last.length() + 1,
              mapping,
              last.first() + (told ? hex(a) : ""),
              last.second() + (told ? hex(b) : "")));
    }

    private static String hex(byte value) {
      return HexFormat.of().toHexDigits(value);
    }
  }
}
