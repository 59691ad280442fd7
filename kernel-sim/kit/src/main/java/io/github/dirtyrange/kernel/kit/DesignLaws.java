package io.github.dirtyrange.kernel.kit;

import io.github.dirtyrange.kernel.Law;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What came of a design's programs.
 *
 * @param design its name
 * @param claims the laws that it claims
 * @param programs how many programs of either kind it ran
 * @param breaches the first breach of each law that was broken, claimed or not, by the law's number
 */
public record DesignLaws(String design, Set<Law> claims, int programs, List<LawBreach> breaches) {

  /** Keeps the first breach of each law. */
  public DesignLaws {
    claims = Collections.unmodifiableSet(copyOf(claims));
    Map<Law, LawBreach> first = new EnumMap<>(Law.class);
    breaches.forEach(breach -> first.merge(breach.law(), breach, LawBreach::first));
    breaches = List.copyOf(first.values());
  }

  private static Set<Law> copyOf(Collection<Law> laws) {
    Set<Law> copy = EnumSet.noneOf(Law.class);
    copy.addAll(laws);
    return copy;
  }

  /** {@return how a law was broken; null if it was not} */
  public @Nullable LawBreach breach(Law law) {
    return breaches.stream().filter(breach -> breach.law() == law).findFirst().orElse(null);
  }

  /** {@return whether every law that it claims was kept} */
  public boolean isRight() {
    return breaches.stream().noneMatch(breach -> claims.contains(breach.law()));
  }
}
