package io.github.dirtyrange.kernel.sim.truth;

import static io.github.dirtyrange.kernel.sim.truth.Stage.P;

import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.track.Userfaultfd;

/** Userfaultfd's write-protection beside soft-dirty, and pages that it fills. */
final class UserfaultScenarios {

  private UserfaultScenarios() {}

  static void play(Stage s, Profile profile) {
    writeProtection(s, profile);
    missing(s);
  }

  private static void writeProtection(Stage s, Profile profile) {
    boolean async = !profile.has(Quirk.NO_PAGEMAP_SCAN);
    s.begin("uffd");
    s.note("features", "0x" + Long.toHexString(Userfaultfd.features(profile)));
    Userfaultfd fd = s.process.userfaultfd(async ? Userfaultfd.WP_ASYNC : 0);
    long a = s.area(8);
    long vpn = Pages.vpn(a);
    for (int i = 0; i < 5; i++) {
      s.write(a + i * P);
    }
    fd.register(vpn, vpn + 8, Userfaultfd.WRITE_PROTECT);
    s.look("WP-registered, not protected", a);
    fd.writeProtect(vpn, vpn + 2);
    s.look("write-protected, not cleared", a);
    s.clear();
    s.look("write-protected, cleared", a);
    s.look("not protected, cleared", a + 2 * P);
    if (async) {
      asynchronous(s, a);
    } else {
      fd.unprotect(vpn, vpn + 2);
      s.look("protection lifted, not written", a);
      s.write(a);
      s.look("then written", a);
    }
    fd.close();
    s.look("uffd closed", a + P);
  }

  private static void asynchronous(Stage s, long a) {
    s.write(a);
    s.look("WP_ASYNC: write to a protected page", a);
    PageRegionBuffer regions = new PageRegionBuffer(1);
    s.tracked().scan(ScanRequest.takeWritten(Pages.vpn(a), Pages.vpn(a) + 8), regions);
    s.note("PAGEMAP_SCAN with WP_MATCHING on written", "rc " + regions.size());
    s.look("after WP_MATCHING: was written", a);
    s.look("after WP_MATCHING: untouched page", a + 6 * P);
    s.write(a);
    s.look("written again", a);
    s.write(a + 3 * P);
    s.clear();
    s.look("written, WP lifted, clear", a + 3 * P);
  }

  private static void missing(Stage s) {
    s.begin("uffd-missing");
    Userfaultfd fd = s.process.userfaultfd(0);
    long a = s.area(4);
    long vpn = Pages.vpn(a);
    fd.register(vpn, vpn + 4, Userfaultfd.MISSING);
    s.clear();
    fd.copy(vpn, 9);
    s.look("UFFDIO_COPY after clear", a);
    fd.zeroPage(vpn + 1);
    s.look("UFFDIO_ZEROPAGE after clear", a + P);
    fd.close();
  }
}
