package io.github.dirtyrange.kernel.sim.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProfileTest {

  @Test
  void aQuirkComesAndGoesWithItsRelease() {
    assertThat(Profile.linux("6.6").has(Quirk.NO_PAGEMAP_SCAN)).isTrue();
    assertThat(Profile.linux("6.7").has(Quirk.NO_PAGEMAP_SCAN)).isFalse();
    assertThat(Profile.linux("6.6").has(Quirk.WRITTEN_OUTSIDE_WRITE_PROTECT)).isFalse();
    assertThat(Profile.linux("6.7").has(Quirk.WRITTEN_OUTSIDE_WRITE_PROTECT)).isTrue();
    assertThat(Profile.linux("7.2").has(Quirk.WRITTEN_OUTSIDE_WRITE_PROTECT)).isTrue();
    assertThat(Profile.linux("7.3").has(Quirk.WRITTEN_OUTSIDE_WRITE_PROTECT)).isFalse();
  }

  @Test
  void aStableReleaseHasWhatItsSeriesTookBack() {
    assertThat(Profile.linux("6.12.102").has(Quirk.HOLE_NEVER_WRITTEN)).isTrue();
    assertThat(Profile.linux("6.12.103").has(Quirk.HOLE_NEVER_WRITTEN)).isFalse();
    assertThat(Profile.linux("6.12.103").has(Quirk.EMPTY_ENTRY_WRITTEN_ANYWHERE)).isTrue();
    assertThat(Profile.linux("6.13.9").has(Quirk.HOLE_NEVER_WRITTEN)).isTrue();
  }

  @Test
  void aQuirkCanComeAgain() {
    Quirk quirk = Quirk.HUGE_PAGE_EXCLUSIVE_BY_ITS_FIRST;
    assertThat(Profile.linux("6.10").has(quirk)).isTrue();
    assertThat(Profile.linux("6.12").has(quirk)).isFalse();
    assertThat(Profile.linux("6.18").has(quirk)).isTrue();
  }

  @Test
  void aReleaseSaysNothingOfConfigurationAndProtocol() {
    for (Quirk quirk : Profile.linux("6.12").quirks()) {
      assertThat(quirk.affected()).as(quirk.name()).isInstanceOf(Affected.Releases.class);
    }
    assertThat(Profile.V6_18.configuration()).containsExactly(Quirk.NO_SOFT_DIRTY);
  }

  /** The measured 6.18.44 has no soft-dirty, so this one could not be seen there. */
  @Test
  void ofWhatWasMeasuredOneThingIsGuessed() {
    Map<Quirk, List<Release>> guesses = new EnumMap<>(Quirk.class);
    for (Quirk quirk : Quirk.values()) {
      if (quirk.affected() instanceof Affected.Releases releases) {
        List<Release> guessed = Release.MEASURED.stream().filter(releases::isGuessedFor).toList();
        if (!guessed.isEmpty()) {
          guesses.put(quirk, guessed);
        }
      }
    }
    assertThat(guesses)
        .containsExactly(
            Map.entry(Quirk.REGISTERING_FORGETS_SOFT_DIRTY, List.of(Release.of("6.18.44"))));
  }

  @Test
  void everySpanEndsAfterItBegan() {
    for (Quirk quirk : Quirk.values()) {
      if (quirk.affected() instanceof Affected.Releases releases) {
        for (Affected.Span span : releases.spans()) {
          if (span.since() != null && span.until() != null) {
            assertThat(span.until().release())
                .as(quirk.name())
                .isGreaterThanOrEqualTo(span.since().release());
          }
        }
      }
    }
  }

  @Test
  void aNameSwitchesQuirksOnAndOff() {
    Profile named = Profile.named("6.18+HOLE_NEVER_WRITTEN-NO_ACCESSED_CATEGORY");
    assertThat(named.name()).isEqualTo("6.18+HOLE_NEVER_WRITTEN-NO_ACCESSED_CATEGORY");
    EnumSet<Quirk> expected = EnumSet.copyOf(Profile.linux("6.18").quirks());
    expected.add(Quirk.HOLE_NEVER_WRITTEN);
    expected.remove(Quirk.NO_ACCESSED_CATEGORY);
    assertThat(named.quirks()).isEqualTo(expected);
  }

  @Test
  void aQuirkIsSwitchedInSmallLettersToo() {
    assertThat(Profile.named("6.18+no_soft_dirty")).isEqualTo(Profile.named("6.18+NO_SOFT_DIRTY"));
  }

  @Test
  void aSwitchInTheNameIsAboveTheConfiguration() {
    EnumSet<Quirk> configuration = EnumSet.of(Quirk.NO_SOFT_DIRTY, Quirk.HUGE_PAGES_UNASKED);
    Profile named = Profile.named("6.8-NO_SOFT_DIRTY", configuration);
    assertThat(named.configuration()).containsExactly(Quirk.HUGE_PAGES_UNASKED);
  }

  @Test
  void aNameThatMakesNoSenseIsRefused() {
    assertThatThrownBy(() -> Profile.named("6.18HOLE"))
        .hasMessageStartingWith("'6.18HOLE' is not a release of Linux");
    assertThatThrownBy(() -> Profile.named("6.18+BROKEN"))
        .hasMessageStartingWith("'BROKEN' is not a quirk; there are [NO_SOFT_DIRTY, ");
    assertThatThrownBy(() -> Profile.named("6.18+NO_FLUSH and"))
        .hasMessage("' and' is not +QUIRK or -QUIRK");
  }
}
