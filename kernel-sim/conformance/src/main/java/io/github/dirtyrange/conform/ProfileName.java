package io.github.dirtyrange.conform;

import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The name of a profile on the command line: a release that is modelled, then quirks switched on or
 * off, for instance {@code 6.18+HOLE_NEVER_WRITTEN-NO_GUARD_CATEGORY}.
 */
public final class ProfileName {

  private static final List<Profile> MODELLED =
      List.of(Profile.V6_1, Profile.V6_12, Profile.V6_18, Profile.V7_3);
  private static final Pattern SWITCH = Pattern.compile("([+-])([A-Z0-9_]+)");

  private ProfileName() {}

  /**
   * {@return the profile of that name}
   *
   * @throws IllegalArgumentException if there is none; the message says which there are
   */
  public static Profile parse(String name) {
    Matcher quirks = SWITCH.matcher(name);
    int end = quirks.find() ? quirks.start() : name.length();
    Profile profile = modelled(name.substring(0, end));
    while (end < name.length()) {
      if (!quirks.find(end) || quirks.start() != end) {
        throw new IllegalArgumentException("'" + name.substring(end) + "' is not +QUIRK or -QUIRK");
      }
      Quirk quirk = quirk(quirks.group(2));
      profile = quirks.group(1).equals("+") ? profile.with(quirk) : profile.without(quirk);
      end = quirks.end();
    }
    return profile;
  }

  private static Profile modelled(String name) {
    return MODELLED.stream()
        .filter(p -> p.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "'"
                        + name
                        + "' is not a profile; there are "
                        + MODELLED.stream().map(Profile::name).collect(Collectors.joining(", "))));
  }

  private static Quirk quirk(String name) {
    try {
      return Quirk.valueOf(name);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "'" + name + "' is not a quirk; there are " + List.of(Quirk.values()), e);
    }
  }
}
