package io.github.dirtyrange.kernel.sim.machine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which kernels have a {@link Quirk}. */
public sealed interface Affected {

  /** {@return whether a release has it, however it is configured} */
  boolean includes(Release release);

  /**
   * Those of some releases.
   *
   * @param spans from when to when, the older first
   */
  record Releases(List<Span> spans) implements Affected {

    /** Copies the list. */
    public Releases {
      spans = List.copyOf(spans);
    }

    @Override
    public boolean includes(Release release) {
      return spans.stream().anyMatch(span -> span.includes(release));
    }

    /** {@return whether nobody has looked, so that {@link #includes} is a guess} */
    public boolean isGuessedFor(Release release) {
      return spans.stream().anyMatch(span -> span.isGuessedFor(release));
    }

    /** {@return the same, and until a bound} */
    public Releases until(Bound bound) {
      return withLast(new Span(spans.get(spans.size() - 1).since, bound));
    }

    /** {@return the same, and from a later bound on again} */
    public Releases againSince(Bound bound) {
      List<Span> more = new ArrayList<>(spans);
      more.add(new Span(bound, null));
      return new Releases(more);
    }

    private Releases withLast(Span last) {
      List<Span> changed = new ArrayList<>(spans.subList(0, spans.size() - 1));
      changed.add(last);
      return new Releases(changed);
    }
  }

  /**
   * Releases that follow one another.
   *
   * @param since where it begins; null for always, or before anything that is simulated
   * @param until where it ends; null for to this day
   */
  record Span(@Nullable Bound since, @Nullable Bound until) {

    boolean includes(Release release) {
      return (since == null || since.isReachedBy(release))
          && (until == null || !until.isReachedBy(release));
    }

    boolean isGuessedFor(Release release) {
      return (since != null && since.isGuessedFor(release))
          || (until != null && until.isGuessedFor(release));
    }
  }

  /**
   * Those that are built or set up so; a release says nothing about it.
   *
   * @param setting the setting, as it must be
   */
  record Configuration(String setting) implements Affected {

    @Override
    public boolean includes(Release release) {
      return false;
    }
  }

  /** No Linux: it is a mistake that the protocol of a change queue can make. */
  record Protocol() implements Affected {

    @Override
    public boolean includes(Release release) {
      return false;
    }
  }

  /** {@return every release} */
  static Releases always() {
    return new Releases(List.of(new Span(null, null)));
  }

  /** {@return the releases from a bound on} */
  static Releases since(Bound bound) {
    return new Releases(List.of(new Span(bound, null)));
  }

  /** {@return the releases before a bound} */
  static Releases until(Bound bound) {
    return new Releases(List.of(new Span(null, bound)));
  }

  /** {@return kernels with a setting} */
  static Configuration configured(String setting) {
    return new Configuration(setting);
  }

  /** {@return no kernel but the simulated one} */
  static Protocol protocol() {
    return new Protocol();
  }
}
