package io.github.dirtyrange.trace;

import io.github.dirtyrange.live.result.ChangedRegions;
import io.github.dirtyrange.live.result.MappedPart;
import io.github.dirtyrange.live.result.RoundMethod;
import io.github.dirtyrange.live.result.ThreadShare;
import io.github.dirtyrange.trace.TraceEvent.Round;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How regions, threads and mappings of a round are written in a block. */
final class RoundCoding {

  /** A region takes a gap, a length and its traits. */
  private static final int LEAST_BYTES = 3;

  private static final int LEAST_THREAD_BYTES = 3;

  private RoundCoding() {}

  /** What most regions of a round have in common. */
  private record Traits(long changed, long now, long known, String mapping) {}

  static void write(Round round, BlockWriter out) {
    out.number(round.pid()).number(round.number()).number(round.elapsedNanos());
    out.oneOf(RoundMethod.values(), round.method());
    out.number(round.inspected()).number(round.roundNanos());
    writeRegions(round.regions(), out);
    out.number(round.threads().size());
    for (ThreadShare thread : round.threads()) {
      out.number(thread.tid()).name(thread.name()).number(thread.pages());
    }
    writeParts(round.gone(), out);
    writeParts(round.added(), out);
    out.number(round.writable().isPresent() ? 1 : 0);
    round.writable().ifPresent(parts -> writeParts(parts, out));
  }

  static Round read(BlockReader in) throws TraceException {
    return new Round(
        in.integer(),
        in.number(),
        in.number(),
        in.oneOf(RoundMethod.values()),
        in.number(),
        in.number(),
        readRegions(in),
        readThreads(in),
        readParts(in),
        readParts(in),
        in.flag() ? Optional.of(readParts(in)) : Optional.empty());
  }

  /** Each as its distance from the end of the one before, its length, and which traits it has. */
  static void writeRegions(ChangedRegions regions, BlockWriter out) {
    out.number(regions.size());
    Map<Traits, Integer> traits = new HashMap<>();
    long[] end = {0};
    regions.forEach(
        (startVpn, endVpn, changed, now, known, mapping) -> {
          out.number(startVpn - end[0]).number(endVpn - startVpn - 1);
          end[0] = endVpn;
          writeTraits(new Traits(changed, now, known, mapping), traits, out);
        });
  }

  private static void writeTraits(Traits traits, Map<Traits, Integer> met, BlockWriter out) {
    Integer which = met.get(traits);
    if (which != null) {
      out.number(which);
      return;
    }
    met.put(traits, met.size() + 1);
    out.number(0).number(traits.changed()).number(traits.now()).number(traits.known());
    out.name(traits.mapping());
  }

  static ChangedRegions readRegions(BlockReader in) throws TraceException {
    ChangedRegions regions = new ChangedRegions();
    List<Traits> met = new ArrayList<>();
    int count = in.count(TraceFormat.MOST_REGIONS, LEAST_BYTES);
    long end = 0;
    for (int i = 0; i < count; i++) {
      long start = vpn(end, in.number());
      end = vpn(start + 1, in.number());
      Traits traits = readTraits(met, in);
      regions.add(start, end, traits.changed(), traits.now(), traits.known(), traits.mapping());
    }
    return regions;
  }

  private static Traits readTraits(List<Traits> met, BlockReader in) throws TraceException {
    long which = in.number();
    if (which > met.size()) {
      throw new TraceException("the traits of a region were not told before");
    }
    if (which == 0) {
      met.add(new Traits(in.number(), in.number(), in.number(), in.name()));
      return met.get(met.size() - 1);
    }
    return met.get((int) which - 1);
  }

  /** {@return a page so far behind another} */
  private static long vpn(long from, long distance) throws TraceException {
    if (from > TraceFormat.END_VPN || distance > TraceFormat.END_VPN - from) {
      throw new TraceException("a page lies beyond all addresses");
    }
    return from + distance;
  }

  private static List<ThreadShare> readThreads(BlockReader in) throws TraceException {
    int count = in.count(TraceFormat.MOST_PARTS, LEAST_THREAD_BYTES);
    List<ThreadShare> threads = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      threads.add(new ThreadShare(in.integer(), in.name(), in.number()));
    }
    return threads;
  }

  private static void writeParts(List<MappedPart> parts, BlockWriter out) {
    out.number(parts.size());
    long end = 0;
    for (MappedPart part : parts) {
      out.signed(part.startVpn() - end).number(part.endVpn() - part.startVpn() - 1);
      out.name(part.mapping());
      end = part.endVpn();
    }
  }

  private static List<MappedPart> readParts(BlockReader in) throws TraceException {
    int count = in.count(TraceFormat.MOST_PARTS, LEAST_BYTES);
    List<MappedPart> parts = new ArrayList<>();
    long end = 0;
    for (int i = 0; i < count; i++) {
      long distance = in.signed();
      if (distance < -end) {
        throw new TraceException("a mapping lies before all addresses");
      }
      long start = distance < 0 ? end + distance : vpn(end, distance);
      end = vpn(start + 1, in.number());
      parts.add(new MappedPart(start, end, in.name()));
    }
    return parts;
  }
}
