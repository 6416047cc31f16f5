package dev.bramble.dashboard.page;

import io.javalin.http.Context;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.thymeleaf.TemplateEngine;
import org.thymeleaf.templatemode.TemplateMode;
import org.thymeleaf.templateresolver.ClassLoaderTemplateResolver;

/** Fills templates, which lie by feature beneath {@code templates/}. Safe for many threads. */
public final class Templates {
    private final TemplateEngine engine = new TemplateEngine();
    private final Assets assets;

    public Templates(Assets assets) {
        this.assets = assets;
        ClassLoaderTemplateResolver resolver = new ClassLoaderTemplateResolver();
        resolver.setPrefix("templates/");
        resolver.setSuffix(".html");
        resolver.setTemplateMode(TemplateMode.HTML);
        resolver.setCharacterEncoding("UTF-8");
        engine.setTemplateResolver(resolver);
    }

    /** Answers with a page. */
    public void send(Context context, int status, String template, Map<String, Object> model) {
        Map<String, Object> all = new HashMap<>(model);
        all.put("assets", assets);
        context.status(status).html(engine.process(template, new org.thymeleaf.context.Context(Locale.ENGLISH, all)));
    }

    /** The element that a fragment makes of {@code it}, outside of any page. */
    public String fragment(String template, String fragment, Object it) {
        Map<String, Object> model = Map.of("it", it, "assets", assets);
        return engine.process(template, Set.of(fragment), new org.thymeleaf.context.Context(Locale.ENGLISH, model));
    }
}
