package io.github.dirtyrange.kernel.sim.machine;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The name of a profile: a release, then quirks switched on or off. */
final class ProfileName {

  private static final Pattern SWITCH = Pattern.compile("([+-])([A-Za-z][A-Za-z0-9_]*)");

  private ProfileName() {}

  /** {@return the profile of a name, its release configured in some way before it is switched} */
  static Profile parse(String name, Set<Quirk> configuration) {
    Matcher quirks = SWITCH.matcher(name);
    int end = quirks.find() ? quirks.start() : name.length();
    Profile profile = Profile.linux(name.substring(0, end));
    for (Quirk quirk : new TreeSet<>(configuration)) {
      profile = profile.with(quirk);
    }
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

  private static Quirk quirk(String name) {
    try {
      return Quirk.valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "'" + name + "' is not a quirk; there are " + List.of(Quirk.values()), e);
    }
  }
}
