package dev.bramble.dashboard.screen;

import dev.bramble.control.Action;
import dev.bramble.control.Control;
import dev.bramble.control.Views;
import dev.bramble.dashboard.http.Waiting;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** A form as it was sent. For the request's own thread. */
public final class FormRequest {
    private final Control control;
    private final String credential;
    private final String address;
    private final ScreenRequest request;
    private final Map<String, List<String>> fields;
    private final SentForm form;

    /** @param address of the visitor's connection */
    FormRequest(Control control, String credential, String address, ScreenRequest request, SentForm form) {
        this.control = control;
        this.credential = credential;
        this.address = address;
        this.request = request;
        this.fields = form.fields();
        this.form = form;
    }

    public ScreenRequest request() {
        return request;
    }

    public Control control() {
        return control;
    }

    public Views.Principal visitor() {
        return request.visitor();
    }

    /** Without blanks around it; empty when it was left out. */
    public String field(String name) {
        List<String> values = fields.getOrDefault(name, List.of());
        return values.isEmpty() ? "" : values.getFirst().strip();
    }

    /** As it was typed: a password may begin with a blank, and a text has its line ends. */
    public String raw(String name) {
        List<String> values = fields.getOrDefault(name, List.of());
        return values.isEmpty() ? "" : values.getFirst();
    }

    public Optional<String> given(String name) {
        return Optional.of(field(name)).filter(text -> !text.isEmpty());
    }

    /** All values of a field: boxes that were ticked. */
    public List<String> all(String name) {
        return fields.getOrDefault(name, List.of());
    }

    public boolean isTicked(String name) {
        return fields.containsKey(name);
    }

    /** Files that came with it, in order; they are taken already. */
    public List<SentFile> files() {
        return form.files();
    }

    /** Why files that came with it were not taken, a sentence each. */
    public List<String> fileTroubles() {
        return form.troubles();
    }

    /** Has the leader do something in the visitor's name, and waits for it. */
    public Control.Done act(Action action) {
        return Waiting.await(control.act(credential, action, address));
    }

    /** Asks this head's copy of the bramble, with what {@code write} changed. */
    public <T> T readAfter(Control.Done write, Function<Views, T> question) {
        return Waiting.await(control.read(write.index(), question));
    }

    public <T> T read(Function<Views, T> question) {
        return Waiting.await(control.read(0, question));
    }

    /** Waits for an answer of the bramble. */
    public <T> T await(CompletionStage<T> answer) {
        return Waiting.await(answer);
    }
}
