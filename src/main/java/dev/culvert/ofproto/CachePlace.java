package dev.culvert.ofproto;

import dev.culvert.datapath.Megaflow;

/** What becomes of a translation's packets in the flow cache. */
public sealed interface CachePlace {
    /** The entry that takes all of them is there already. */
    record Present(Megaflow flow) implements CachePlace {}

    /** The first of them makes an entry. */
    record New(Megaflow flow) implements CachePlace {}

    /** Each of them is decided about by itself. */
    record None(String why) implements CachePlace {}
}
