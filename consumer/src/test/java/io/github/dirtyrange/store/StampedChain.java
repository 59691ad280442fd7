package io.github.dirtyrange.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault.Kind;
import io.github.dirtyrange.saved.SavedMapping;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * A chain of generations whose pages say by themselves what they must be, so that whoever finds one
 * can check it: a quarter of the pages change with each epoch, the first and the last among them.
 */
final class StampedChain {

  static final int PAGES = 256;
  private static final int PAGE = 4096;
  private static final long MIX = 0x9e3779b97f4a7c15L;
  private static final int CHANGED = 4;

  private StampedChain() {}

  /** Writes the next generation on the newest one. */
  static Generation next(SnapshotStore store) throws SavedException {
    List<Generation> all = store.generations();
    Optional<Generation> parent =
        all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
    long epoch = 1 + parent.map(of -> of.header().epoch()).orElse(0L);
    Compression compression = epoch % 2 == 0 ? Compression.ZSTD : Compression.NONE;
    try (GenerationWriter writer = store.begin(header(epoch, parent), compression)) {
      writer.mapping(new SavedMapping(0, PAGES, SavedMapping.READ, 0, 0, 0, "[heap]"));
      ByteBuffer page = ByteBuffer.allocate(PAGE);
      for (long vpn = 0; vpn < PAGES; vpn++) {
        if (parent.isEmpty() || changes(vpn, epoch)) {
          writer.data(vpn, content(vpn, epoch, page.clear()));
        } else {
          writer.parent(vpn, vpn + 1);
        }
      }
      return writer.commit();
    } catch (SavedException e) {
      throw e;
    } catch (IOException e) {
      throw new SavedException(Kind.DISK, "it cannot be closed", e);
    }
  }

  private static GenerationHeader header(long epoch, Optional<Generation> parent) {
    return new GenerationHeader(
        PAGE,
        ModelStore.TRACKER,
        epoch,
        parent.map(of -> new GenerationHeader.Parent(of.id(), of.header().epoch())),
        1,
        1,
        0,
        true,
        true);
  }

  private static boolean changes(long vpn, long epoch) {
    return vpn == 0 || vpn == PAGES - 1 || Long.remainderUnsigned(mixed(vpn, epoch), CHANGED) == 0;
  }

  private static long mixed(long vpn, long epoch) {
    long mixed = (vpn * MIX ^ epoch) * MIX;
    return mixed ^ mixed >>> 29;
  }

  /** Half of a page is at random, so that it can be packed, and not to nothing. */
  private static ByteBuffer content(long vpn, long epoch, ByteBuffer page) {
    page.putLong(vpn).putLong(epoch);
    while (page.hasRemaining()) {
      page.putLong(mixed(vpn + page.position(), epoch) & 0xffff_ffffL);
    }
    return page.flip();
  }

  /** Checks each generation of a store; {@return the newest one's epoch, or 0} */
  static long check(SnapshotStore store) throws IOException {
    assertThat(store.damaged()).isEmpty();
    long newest = 0;
    for (Generation each : store.generations()) {
      newest = each.header().epoch();
      PageReader reader = each.pages();
      for (long vpn = 0; vpn < PAGES; vpn++) {
        ByteBuffer page = ByteBuffer.allocate(PAGE);
        reader.read(vpn, page);
        ByteBuffer due = content(vpn, lastChange(vpn, newest), ByteBuffer.allocate(PAGE));
        assertThat(page.flip()).as("%s, page %s", each, vpn).isEqualTo(due);
      }
    }
    return newest;
  }

  private static long lastChange(long vpn, long epoch) {
    long at = epoch;
    while (at > 1 && !changes(vpn, at)) {
      at--;
    }
    return at;
  }
}
