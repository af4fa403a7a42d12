package dev.culvert.observe.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class MarkupTest {
    @Test
    void escapesAndCloses() {
        Markup markup = new Markup()
                .open("p", "title", "a \"b\" & <c>")
                .text("1 < 2 & 3")
                .close();
        markup.leaf("circle", "cx", 1.26, "cy", 2.0);
        assertThat(markup)
                .hasToString("<p title=\"a &quot;b&quot; &amp; &lt;c&gt;\">1 &lt; 2 &amp; 3</p>"
                        + "<circle cx=\"1.3\" cy=\"2\"/>");
    }

    @Test
    void refusesToStayOpen() {
        Markup markup = new Markup().open("p");
        assertThatThrownBy(markup::toString).isInstanceOf(IllegalStateException.class);
    }
}
