package dev.culvert.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.culvert.BesideOthers;
import dev.culvert.browser.Browser;
import dev.culvert.linux.TestNetwork;
import dev.culvert.observe.web.Box;
import dev.culvert.observe.web.CaptureRights;
import dev.culvert.observe.web.WebPage;
import dev.culvert.stream.ListenAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;

/** The live page over two boxes, as the lab serves it, in a browser. */
@BesideOthers
@Timeout(180)
class WebPageIT {
    private static final String SECRET = "a-very-secret-key-3141";
    private static final String CABLE = "#drawing .link";

    private static TestNetwork network;
    private static Guests guests;
    private static CulvertBox one;
    private static CulvertBox two;
    private static WebPage page;
    private static Browser browser;

    @BeforeAll
    static void setUp() throws Exception {
        network = TestNetwork.of("l", "b1", "wire", "b2", "r");
        TappedWire.lay(network);
        guests = Guests.behindBoxes(network);
        one = new CulvertBox(network, "b1");
        two = new CulvertBox(network, "b2");
        one.vsctl("add-br sw1 -- add-port sw1 p1");
        two.vsctl("add-br sw2 -- add-port sw2 p1");
        page = WebPage.open(
                new ListenAddress("127.0.0.1", 0),
                List.of(box("box1", one), box("box2", two)),
                new CaptureRights(false, Set.of(0)));
        browser = Browser.open();
    }

    private static Box box(String name, CulvertBox box) {
        return Box.behind(
                name, () -> box.folder.resolve("ovs-vswitchd." + box.daemon().pid() + ".ctl"));
    }

    @AfterAll
    static void tearDown() throws Exception {
        try (var _ = network;
                var _ = one;
                var _ = two;
                var _ = page;
                var _ = browser) {
            guests = null;
        }
    }

    @BeforeEach
    void show() {
        browser.window(1280, 900);
        browser.colours("light");
        browser.driver().get(page.url());
    }

    @AfterEach
    void removeTunnels() throws Exception {
        one.vsctl("--if-exists del-port sw1 tun0");
        two.vsctl("--if-exists del-port sw2 tun0");
    }

    private static void join(String type, String options) throws Exception {
        String line = "add-port %s tun0 -- set interface tun0 type=%s options:remote_ip=%s%s";
        one.vsctl(line.formatted("sw1", type, "192.168.56.12", options));
        two.vsctl(line.formatted("sw2", type, "192.168.56.11", options));
    }

    /** The page follows within a second or two; a busy machine gets more. */
    private static ConditionFactory soon() {
        return await().atMost(Duration.ofSeconds(20)).ignoreExceptions();
    }

    private static String text(String selector) {
        return String.join(" ", browser.texts(selector));
    }

    private static String attribute(String selector, String name) {
        return String.valueOf(browser.script(
                "return document.querySelector(arguments[0])?.getAttribute(arguments[1])", selector, name));
    }

    private static List<String> requestsSince(int start) {
        List<String> all = browser.requests();
        return all.subList(start, all.size());
    }

    private static double width() {
        return Double.parseDouble(attribute(CABLE + " .cable", "stroke-width"));
    }

    @Test
    void theTopologyIsWhatThereIs() throws Exception {
        soon().untilAsserted(
                        () -> assertThat(browser.texts("#drawing text")).contains("box1", "sw1", "p1", "box2", "sw2"));
        assertThat(browser.texts(CABLE)).isEmpty();
        join("vxlan", " options:key=7");
        soon().untilAsserted(() ->
                assertThat(browser.texts(CABLE)).as("one cable for both ends").hasSize(1));
        soon().untilAsserted(
                        () -> assertThat(attribute(CABLE, "aria-label")).isEqualTo("vxlan tunnel tun0 to tun0, up"));
        assertThat(attribute(CABLE + " .cable", "class")).contains("vxlan");
        assertThat(text(CABLE + " text")).contains("vxlan 7");
        assertThat(browser.texts("#drawing .remote")).as("both ends are boxes").isEmpty();

        guests.awaitEachOther();
        double before = width();
        Process load = one.start(
                "load.err",
                Map.of(),
                List.of("ip", "netns", "exec", network.name("l"), "ping", "-q", "-f", "-s", "1400", Guests.RIGHT));
        try {
            soon().until(() -> width() > before + 2);
            soon().untilAsserted(() -> assertThat(text(CABLE + " text")).contains("Mb/s"));
        } finally {
            load.destroy();
        }
        one.vsctl("set interface tun0 options:remote_ip=192.168.56.99");
        soon().untilAsserted(() -> assertThat(browser.texts("#drawing text")).contains("192.168.56.99"));
        assertThat(browser.texts(CABLE)).as("now each leads elsewhere").hasSize(2);
        one.vsctl("set interface tun0 options:remote_ip=192.168.56.12 options:key=8");
        soon().untilAsserted(() -> assertThat(text(CABLE + " text")).contains("vxlan 7", "vxlan 8"));
    }

    /** One tunnel for all remote ends is joined to each tunnel that leads to it, and to those that are not shown by their address. */
    @Test
    void aTunnelFromAnywhereLeadsWhereItsPacketsComeFrom() throws Exception {
        one.vsctl("add-port sw1 tun0 -- set interface tun0 type=vxlan options:remote_ip=flow options:key=5");
        two.vsctl("add-port sw2 tun0 -- set interface tun0 type=vxlan options:remote_ip=192.168.56.11 options:key=5");
        soon().untilAsserted(() -> {
            guests.ping("r", 1, "-w", "1", Guests.LEFT);
            assertThat(attribute(CABLE, "aria-label")).isEqualTo("vxlan tunnel tun0 to tun0, up");
            assertThat(browser.texts(CABLE)).hasSize(1);
        });
        soon().untilAsserted(() -> assertThat(text("#link-rows")).contains("vxlan192.168.56.12"));
        assertThat(browser.texts(CABLE)).as("still one").hasSize(1);
        assertThat(browser.texts("#drawing .remote")).isEmpty();
    }

    @Test
    void ipsecIsALock() throws Exception {
        one.vsctl("add-port sw1 tun0 -- set interface tun0 type=gre options:remote_ip=192.168.56.12 options:psk="
                + SECRET);
        soon().untilAsserted(() -> assertThat(attribute(CABLE, "aria-label")).contains("IPsec not established"));
        assertThat(attribute(CABLE + " .lock", "class")).contains("open");
        assertThat(attribute(CABLE + " .cable", "class")).contains("off");
        two.vsctl("add-port sw2 tun0 -- set interface tun0 type=gre options:remote_ip=192.168.56.11 options:psk="
                + SECRET);
        guests.awaitEachOther();
        soon().untilAsserted(() -> assertThat(attribute(CABLE, "aria-label")).contains("protected by IPsec, up"));
        assertThat(attribute(CABLE + " .lock", "class")).doesNotContain("open");
        assertThat(String.valueOf(browser.script("return document.documentElement.outerHTML")))
                .doesNotContain(SECRET);
    }

    @Test
    void aTunnelIsChosenByKeyAndPlotted() throws Exception {
        join("geneve", "");
        guests.awaitEachOther();
        soon().until(() -> browser.texts(CABLE).size() == 1);
        assertThat(browser.script("return document.getElementById('chosen').hidden"))
                .isEqualTo(true);
        Actions keys = new Actions(browser.driver());
        for (int i = 0; i < 20 && !isOnCable(); i++) {
            keys.sendKeys(Keys.TAB).perform();
        }
        assertThat(isOnCable()).as("the tab key gets there").isTrue();
        keys.sendKeys(Keys.ENTER).perform();
        assertThat(text("#chosen-title")).isEqualTo("tun0 of sw1, box1");
        assertThat(attribute(CABLE, "aria-pressed")).isEqualTo("true");
        guests.ping("l", 20, Guests.RIGHT);
        soon().untilAsserted(() -> assertThat(attribute("#rate-plot .in", "d")).matches("M.*L.*"));
        soon().untilAsserted(
                        () -> assertThat(attribute("#trip-plot .trip", "d")).matches("M.*L.*"));
        soon().untilAsserted(() -> assertThat(text("#trip-caption"))
                .matches("Round trip of the underlay to 192.168.56.12: [0-9.]+ (µs|ms)"));
        assertThat(attribute("#rate-plot svg", "aria-label"))
                .matches("Rate of tun0 over two minutes\\. In: least .*, mean .*, most .*b/s\\. Out: .*b/s\\.");
        assertThat(isOnCable())
                .as(
                        "what is drawn anew keeps the focus "
                                + browser.script(
                                        "return document.activeElement.outerHTML.slice(0,300) + document.querySelectorAll('.link').length"))
                .isTrue();
        keys.sendKeys(Keys.SPACE).perform();
        assertThat(browser.script("return document.getElementById('chosen').hidden"))
                .isEqualTo(true);
    }

    private static boolean isOnCable() {
        return Boolean.TRUE.equals(browser.script("return document.activeElement.classList.contains('link')"));
    }

    @Test
    void tablesAndEventsFollow() throws Exception {
        join("vxlan", "");
        guests.awaitEachOther();
        String mac = network.exec("l", "cat", "/sys/class/net/veth1/address").strip();
        soon().untilAsserted(() -> assertThat(text("#station-rows")).contains(mac, "p1", "tun0"));
        guests.ping("l", 100, Guests.RIGHT);
        soon().untilAsserted(() -> assertThat(text("#flow-rows")).contains("in_port(p1)", "the kernel"));
        WebElement bridges = browser.driver().findElement(By.id("bridge"));
        bridges.sendKeys("box2 sw2");
        soon().untilAsserted(() -> assertThat(browser.script("return document.getElementById('bridge').value"))
                .isEqualTo("1/sw2"));
        soon().untilAsserted(() -> assertThat(text("#station-rows")).contains(mac));
        one.vsctl("set interface tun0 options:psk=" + SECRET);
        soon().untilAsserted(() -> assertThat(text("#database li"))
                .contains("box1 Interface")
                .contains("tun0 added: ")
                .contains("tun0: options:psk none → ***"));
        soon().untilAsserted(() -> assertThat(text("#log li")).contains("ipsec"));
        assertThat(String.valueOf(browser.script("return document.documentElement.outerHTML")))
                .doesNotContain(SECRET);
    }

    @Test
    void theButtonCapturesAndShowsLayers() throws Exception {
        join("vxlan", "");
        guests.awaitEachOther();
        soon().untilAsserted(
                        () -> assertThat(browser.texts("#capture-port option")).contains("all", "p1", "tun0"));
        Process pings = one.start(
                "pings.err",
                Map.of(),
                List.of("ip", "netns", "exec", network.name("l"), "ping", "-q", "-i", "0.1", Guests.RIGHT));
        try {
            WebElement filter = browser.driver().findElement(By.id("capture-filter"));
            filter.sendKeys("icmp", Keys.ENTER);
            soon().untilAsserted(() -> assertThat(layers()).contains("Packet 10: eth / ip", "icmp"));
            assertThat(layers()).contains("What crossed box1 sw1");
            assertThat(browser.script("return document.getElementById('layers').hidden"))
                    .isEqualTo(false);
            filter.clear();
            filter.sendKeys("no such word", Keys.ENTER);
            soon().untilAsserted(() -> assertThat(layers()).contains("filter: ").contains("syntax error"));
        } finally {
            pings.destroy();
        }
        assertThat(browser.errors()).as("that answer is 400").allMatch(error -> error.contains("/capture?"));
    }

    private static String layers() {
        return String.valueOf(browser.script("""
                const frame = document.getElementById('layers').contentDocument;
                const titles = Array.from(frame.querySelectorAll('h1, h2')).map(title => title.textContent);
                return titles.length > 0 ? titles.join('; ') : frame.body.textContent"""));
    }

    /** Names come from whoever may write the database, and are nobody's markup. */
    @Test
    void aNameIsTextWhateverIsInIt() throws Exception {
        String name = "<img/src=x/onerror=window.evil=1>/'\"&";
        one.tool(
                        "vsctl",
                        "add-port",
                        "sw1",
                        name,
                        "--",
                        "set",
                        "interface",
                        name,
                        "type=vxlan",
                        "options:remote_ip=192.0.2.9")
                .text();
        try {
            soon().untilAsserted(
                            () -> assertThat(browser.texts("#link-rows button")).contains(name));
            browser.driver().findElements(By.cssSelector("#link-rows button")).stream()
                    .filter(button -> button.getText().equals(name))
                    .findFirst()
                    .orElseThrow()
                    .click();
            assertThat(text("#chosen-title")).isEqualTo(name + " of sw1, box1");
            soon().untilAsserted(() -> assertThat(text("#database li")).contains(name));
            assertThat(browser.script("return window.evil")).isNull();
            assertThat(browser.script("return document.querySelectorAll('img').length"))
                    .isEqualTo(0L);
        } finally {
            one.tool("vsctl", "del-port", "sw1", name).text();
        }
    }

    @Test
    void aBoxThatEndsIsNotShownAsItWas() throws Exception {
        soon().untilAsserted(() -> assertThat(browser.texts("#drawing text")).contains("sw1", "sw2"));
        two.daemon().destroyForcibly().waitFor();
        soon().untilAsserted(() -> assertThat(browser.texts("#drawing text"))
                .contains("sw1", "box2", "does not answer")
                .doesNotContain("sw2"));
        assertThat(text("#status")).contains("box2");
        assertThat(text("#link-rows")).contains("box1 sw1").doesNotContain("box2");
        two.restart();
        soon().untilAsserted(() -> assertThat(browser.texts("#drawing text")).contains("sw1", "sw2"));
        soon().untilAsserted(() -> assertThat(text("#status")).isEqualTo("Live."));
    }

    @Test
    void itCanBePaused() throws Exception {
        soon().untilAsserted(() -> assertThat(text("#status")).isEqualTo("Live."));
        browser.driver().findElement(By.id("pause")).click();
        assertThat(text("#status")).isEqualTo("Paused.");
        Thread.sleep(2500); // what is under way ends
        int before = browser.requests().size();
        Thread.sleep(3000);
        assertThat(requestsSince(before))
                .as("but for events that have been waited for")
                .allMatch(url -> url.contains("/api/events"));
        browser.driver().findElement(By.id("pause")).click();
        soon().untilAsserted(() -> assertThat(
                        browser.requests().subList(before, browser.requests().size()))
                .anyMatch(url -> url.contains("/api/state")));
    }

    @Test
    void itNeedsNothingFromElsewhereAndComplainsOfNothing() {
        soon().untilAsserted(() -> assertThat(text("#status")).isEqualTo("Live."));
        int start = browser.requests().size();
        browser.driver().navigate().refresh();
        soon().untilAsserted(() -> assertThat(text("#status")).isEqualTo("Live."));
        assertThat(requestsSince(start))
                .anyMatch(url -> url.endsWith("/topology.js"))
                .allMatch(url -> url.startsWith(page.url()));
        assertThat(browser.errors().stream().filter(error -> !error.contains("/capture?") && !error.contains("/api/")))
                .isEmpty();
    }

    @Test
    void everybodyCanReadIt() throws Exception {
        join("gre", "");
        soon().untilAsserted(() -> assertThat(browser.texts(CABLE)).hasSize(1));
        guests.awaitEachOther();
        browser.driver().findElement(By.cssSelector("#link-rows button")).click();
        for (String scheme : List.of("light", "dark")) {
            browser.colours(scheme);
            soon().untilAsserted(
                            () -> assertThat(browser.violations()).as(scheme).isEmpty());
        }
        assertThat(browser.style("body", "background-color")).as("dark").isEqualTo("rgb(20, 23, 30)");
        browser.window(320, 800);
        assertThat((Long) browser.script("return document.documentElement.scrollWidth"))
                .as("only drawings and tables scroll sideways")
                .isLessThanOrEqualTo(320);
        browser.paper("dark");
        assertThat(browser.style("body", "background-color")).isEqualTo("rgb(255, 255, 255)");
    }
}
