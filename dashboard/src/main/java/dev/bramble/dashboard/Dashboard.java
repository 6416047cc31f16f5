package dev.bramble.dashboard;

import dev.bramble.control.Control;
import dev.bramble.dashboard.about.AboutPage;
import dev.bramble.dashboard.accounts.AccountForms;
import dev.bramble.dashboard.accounts.AccountPage;
import dev.bramble.dashboard.accounts.SessionRoutes;
import dev.bramble.dashboard.accounts.UserForms;
import dev.bramble.dashboard.accounts.UserRoutes;
import dev.bramble.dashboard.accounts.UsersPage;
import dev.bramble.dashboard.alerts.AlertForms;
import dev.bramble.dashboard.alerts.AlertRoutes;
import dev.bramble.dashboard.alerts.Alerts;
import dev.bramble.dashboard.alerts.AlertsPage;
import dev.bramble.dashboard.audit.AuditPage;
import dev.bramble.dashboard.audit.AuditRoutes;
import dev.bramble.dashboard.blobs.BlobRoutes;
import dev.bramble.dashboard.blobs.Intake;
import dev.bramble.dashboard.events.EventPage;
import dev.bramble.dashboard.events.EventRoutes;
import dev.bramble.dashboard.events.EventStreams;
import dev.bramble.dashboard.events.EventsPage;
import dev.bramble.dashboard.failures.FailuresPage;
import dev.bramble.dashboard.head.HeadRoutes;
import dev.bramble.dashboard.history.History;
import dev.bramble.dashboard.history.HistoryRoutes;
import dev.bramble.dashboard.http.Api;
import dev.bramble.dashboard.http.Logins;
import dev.bramble.dashboard.http.Places;
import dev.bramble.dashboard.http.Route;
import dev.bramble.dashboard.http.StreamPlaces;
import dev.bramble.dashboard.http.WebServer;
import dev.bramble.dashboard.jobs.DefinitionPage;
import dev.bramble.dashboard.jobs.JobForms;
import dev.bramble.dashboard.jobs.JobPage;
import dev.bramble.dashboard.jobs.JobRoutes;
import dev.bramble.dashboard.jobs.JobsPage;
import dev.bramble.dashboard.jobs.NewJobForm;
import dev.bramble.dashboard.jobs.NewJobPage;
import dev.bramble.dashboard.maintenance.DrainPage;
import dev.bramble.dashboard.maintenance.RoundPage;
import dev.bramble.dashboard.metrics.Metrics;
import dev.bramble.dashboard.metrics.Probes;
import dev.bramble.dashboard.nodes.AdmitPage;
import dev.bramble.dashboard.nodes.DrainRoutes;
import dev.bramble.dashboard.nodes.EnrolmentRoutes;
import dev.bramble.dashboard.nodes.NodeForm;
import dev.bramble.dashboard.nodes.NodePage;
import dev.bramble.dashboard.nodes.NodeRoutes;
import dev.bramble.dashboard.nodes.NodeTasksPage;
import dev.bramble.dashboard.nodes.NodesPage;
import dev.bramble.dashboard.overview.OverviewPage;
import dev.bramble.dashboard.page.Assets;
import dev.bramble.dashboard.page.ErrorPage;
import dev.bramble.dashboard.page.Templates;
import dev.bramble.dashboard.plan.PlanPage;
import dev.bramble.dashboard.screen.FormScreen;
import dev.bramble.dashboard.screen.Screen;
import dev.bramble.dashboard.screen.Screens;
import dev.bramble.dashboard.session.SetupNotice;
import dev.bramble.dashboard.session.Visitors;
import dev.bramble.dashboard.settings.SettingRoutes;
import dev.bramble.dashboard.settings.SettingsPage;
import dev.bramble.dashboard.shutdown.ShutdownPage;
import dev.bramble.dashboard.shutdown.ShutdownRoutes;
import dev.bramble.dashboard.tasks.GridRoutes;
import dev.bramble.dashboard.tasks.LogPage;
import dev.bramble.dashboard.tasks.OutputRoutes;
import dev.bramble.dashboard.tasks.StreamRoutes;
import dev.bramble.dashboard.tasks.TaskPage;
import dev.bramble.dashboard.tasks.TaskRoutes;
import dev.bramble.dashboard.tasks.TasksPage;
import dev.bramble.dashboard.tokens.TokenRoutes;
import dev.bramble.dashboard.topology.EditForms;
import dev.bramble.dashboard.topology.EditPage;
import dev.bramble.dashboard.topology.RackRoutes;
import dev.bramble.dashboard.topology.TopologyPage;
import dev.bramble.dashboard.watch.Watch;
import io.javalin.http.Handler;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** A head's web server: the REST interface and the pages, on one port. */
public final class Dashboard implements AutoCloseable {
    private final WebServer server;
    private final EventStreams streams;
    private final StreamPlaces streamPlaces;
    private final Screens screens;
    private final Watch watch;
    private final History history;
    private final Alerts alerts;

    private Dashboard(
            WebServer server,
            EventStreams streams,
            StreamPlaces streamPlaces,
            Screens screens,
            Watch watch,
            History history,
            Alerts alerts) {
        this.server = server;
        this.streams = streams;
        this.streamPlaces = streamPlaces;
        this.screens = screens;
        this.watch = watch;
        this.history = history;
        this.alerts = alerts;
    }

    /**
     * Serves until {@link #close}.
     *
     * @throws IOException when the port cannot be opened, with a sentence for the operator
     */
    public static Dashboard start(Control control, DashboardSettings settings) throws IOException {
        Places places = new Places();
        UnaryOperator<Handler> limited = handler -> context -> places.run(handler, context);
        Logins logins = new Logins(control);
        Assets assets = new Assets();
        Templates templates = new Templates(assets);
        Visitors visitors = new Visitors(control, logins, templates);
        Api api = new Api(control, logins, places, visitors::credential);
        StreamPlaces streamPlaces = new StreamPlaces(control);
        EventStreams streams = new EventStreams(control, streamPlaces);
        Intake intake = new Intake(settings.uploadBytesMax());
        Screens screens = new Screens(control, visitors, templates, places, streamPlaces, intake);
        History history = new History(settings.history());
        Alerts alerts = new Alerts(settings.alerts());
        Metrics metrics = new Metrics(alerts::open);
        WebServer server = WebServer.start(
                settings.port(),
                routes -> {
                    api.register(routes, routes(intake, streams, history, alerts));
                    assets.register(routes);
                    visitors.register(routes, limited);
                    screens.register(routes, screens(history, alerts), forms(history, alerts));
                    new Probes(control, logins, metrics).register(routes, limited);
                },
                new ErrorPage(templates)::send);
        Watch watch = Watch.start(
                control,
                List.of(
                        history::record,
                        alerts::look,
                        metrics::look,
                        new SetupNotice(control, settings.setupCode(), server.port())::look));
        return new Dashboard(server, streams, streamPlaces, screens, watch, history, alerts);
    }

    /** Every page for those who are logged in. */
    static List<Screen> screens(History history, Alerts alerts) {
        return List.of(
                new OverviewPage(history).screen(),
                DrainPage.screen(),
                RoundPage.screen(),
                RoundPage.newRound(),
                ShutdownPage.screen(),
                NodesPage.screen(),
                AdmitPage.screen(),
                new NodePage(history).screen(),
                NodeTasksPage.screen(),
                AboutPage.screen(),
                new PlanPage(history).screen(),
                JobsPage.screen(),
                // Before the page of a job, whose address is one of a pattern that this fits as well.
                NewJobPage.screen(),
                JobPage.screen(),
                DefinitionPage.screen(),
                TasksPage.screen(),
                TaskPage.screen(),
                LogPage.screen(),
                new AlertsPage(alerts).screen(),
                AccountPage.screen(),
                UsersPage.screen(),
                new SettingsPage(alerts).screen(),
                AuditPage.screen(),
                FailuresPage.screen(),
                EventsPage.screen(),
                EventPage.screen(),
                TopologyPage.screen(),
                EditPage.screen());
    }

    /** Everything that their forms do. */
    private static List<FormScreen> forms(History history, Alerts alerts) {
        List<FormScreen> all = new ArrayList<>();
        all.addAll(NodeForm.all(new NodePage(history)));
        all.addAll(DrainPage.forms());
        all.add(RoundPage.form());
        all.addAll(ShutdownPage.forms());
        all.addAll(JobForms.all());
        all.add(NewJobForm.form());
        all.addAll(AlertForms.all(alerts));
        all.addAll(AccountForms.all());
        all.addAll(UserForms.all());
        all.add(new SettingsPage(alerts).form());
        all.addAll(EditForms.all());
        return List.copyOf(all);
    }

    /** Every operation of the REST interface. */
    static List<Route> routes(Intake intake, EventStreams streams, History history, Alerts alerts) {
        List<Route> all = new ArrayList<>();
        all.addAll(new HeadRoutes().routes());
        all.addAll(NodeRoutes.routes());
        all.addAll(DrainRoutes.routes());
        all.addAll(EnrolmentRoutes.routes());
        all.addAll(new JobRoutes().routes());
        all.addAll(TaskRoutes.routes());
        all.addAll(GridRoutes.routes());
        all.addAll(new StreamRoutes().routes());
        all.addAll(OutputRoutes.routes());
        all.addAll(new BlobRoutes(intake).routes());
        all.addAll(TokenRoutes.routes());
        all.addAll(UserRoutes.routes());
        all.addAll(SessionRoutes.routes());
        all.addAll(AuditRoutes.routes());
        all.addAll(SettingRoutes.routes());
        all.addAll(RackRoutes.routes());
        all.addAll(ShutdownRoutes.routes());
        all.addAll(new EventRoutes(streams).routes());
        all.addAll(new HistoryRoutes(history).routes());
        all.addAll(new AlertRoutes(alerts).routes());
        return List.copyOf(all);
    }

    /** The port that is served; the one asked for, or the one found when any would do. */
    public int port() {
        return server.port();
    }

    /** How many follow events or a page now. */
    int openStreams() {
        return streamPlaces.open();
    }

    @Override
    public void close() {
        watch.close();
        history.close();
        alerts.close();
        streams.close();
        screens.close();
        server.close();
    }
}
