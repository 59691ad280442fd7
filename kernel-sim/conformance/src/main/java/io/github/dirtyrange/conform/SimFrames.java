package io.github.dirtyrange.conform;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.PageRegion;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.MappedPage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;

/** What moves pages between frames, and between memory and swap, on the simulated kernel. */
final class SimFrames {

  private static final long BASE_PAGE = Pages.vpn(Layout.BASE);

  private final SimSession session;

  SimFrames(SimSession session) {
    this.session = session;
  }

  void addTo(OperationTable calls) {
    calls
        .with(Operation.Pageout.class, pageout -> pageout(pageout, vpn -> true))
        .following(Operation.Pageout.class, this::pageoutAsMuch)
        .with(Operation.SoftOffline.class, this::softOffline)
        .with(Operation.SwapOff.class, this::swapOff)
        .with(Operation.Merge.class, this::merge)
        .following(Operation.Merge.class, this::mergeAsMuch);
  }

  private Outcome pageoutAsMuch(Operation.Pageout pageout, Outcome elsewhere) {
    Set<Long> pages =
        elsewhere.regions().stream()
            .map(region -> BASE_PAGE + region.startVpn())
            .collect(Collectors.toUnmodifiableSet());
    return pageout(pageout, pages::contains);
  }

  private Outcome pageout(Operation.Pageout pageout, LongPredicate chosen) {
    int slot = pageout.process();
    long at = Layout.BASE + pageout.start();
    PresentPages before = present(slot);
    Outcome done = SimCalls.call(() -> session.process(slot).pageOut(at, pageout.length(), chosen));
    return done.concerning(before.goneBy(present(slot)));
  }

  private Outcome softOffline(Operation.SoftOffline offline) {
    if (offline.address() % Pages.SIZE != 0) {
      return Outcome.error(Errno.EINVAL.number());
    }
    long at = Layout.BASE + offline.address();
    return SimCalls.call(() -> session.process(offline.process()).softOffline(at));
  }

  private Outcome swapOff(Operation.SwapOff off) {
    session.kernel().swapOff();
    session.kernel().swapOn();
    return Outcome.result(0);
  }

  private Outcome merge(Operation.Merge merge) {
    MergedPages before = look();
    session.kernel().mergeSamePages();
    return Outcome.result(0).concerning(look().since(before));
  }

  private Outcome mergeAsMuch(Operation.Merge merge, Outcome elsewhere) {
    Map<Integer, List<PageRegion>> groups = new TreeMap<>();
    for (PageRegion region : elsewhere.regions()) {
      groups.computeIfAbsent(MergedPage.of(region).group(), g -> new ArrayList<>()).add(region);
    }
    MergedPages before = look();
    groups.values().forEach(this::merge);
    return Outcome.result(0).concerning(look().since(before));
  }

  private void merge(List<PageRegion> group) {
    List<MappedPage> pages =
        group.stream()
            .sorted(Comparator.comparing(region -> !MergedPage.of(region).kept()))
            .map(
                region ->
                    new MappedPage(
                        session.process(MergedPage.of(region).process()),
                        BASE_PAGE + region.startVpn()))
            .toList();
    session.kernel().mergePages(pages);
  }

  private MergedPages look() {
    return MergedPages.look(session::isAlive, this::present);
  }

  private PresentPages present(int slot) {
    return PresentPages.of(session.tracked(slot)::readPagemap);
  }
}
