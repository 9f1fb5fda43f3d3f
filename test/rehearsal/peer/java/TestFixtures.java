package io.floci.gcp.test;

import com.google.api.client.http.javanet.NetHttpTransport;
import com.google.api.client.json.gson.GsonFactory;
import com.google.api.gax.core.NoCredentialsProvider;
import com.google.api.serviceusage.v1.ServiceUsageClient;
import com.google.api.serviceusage.v1.ServiceUsageSettings;
import com.google.api.services.sqladmin.SQLAdmin;
import com.google.cloud.run.v2.RevisionsClient;
import com.google.cloud.run.v2.RevisionsSettings;
import com.google.cloud.run.v2.ServicesClient;
import com.google.cloud.run.v2.ServicesSettings;
import com.google.cloud.secretmanager.v1.SecretManagerServiceClient;
import com.google.cloud.secretmanager.v1.SecretManagerServiceSettings;
import java.io.IOException;
import java.util.UUID;

/** In the place of the peer's own: Google's clients over REST, at the address that adds the token. */
public final class TestFixtures {
    private TestFixtures() {}

    public static String projectId() {
        return System.getenv("FLOCI_GCP_PROJECT");
    }

    public static String endpoint() {
        return System.getenv("FLOCI_GCP_ENDPOINT");
    }

    public static String uniqueName(String prefix) {
        return prefix + "-" + UUID.randomUUID().toString().substring(0, 8);
    }

    public static SecretManagerServiceClient secretManagerClient() throws IOException {
        return SecretManagerServiceClient.create(SecretManagerServiceSettings.newHttpJsonBuilder()
                .setEndpoint(endpoint()).setCredentialsProvider(NoCredentialsProvider.create()).build());
    }

    public static ServicesClient cloudRunServicesClient() throws IOException {
        return ServicesClient.create(ServicesSettings.newHttpJsonBuilder()
                .setEndpoint(endpoint()).setCredentialsProvider(NoCredentialsProvider.create()).build());
    }

    public static RevisionsClient cloudRunRevisionsClient() throws IOException {
        return RevisionsClient.create(RevisionsSettings.newHttpJsonBuilder()
                .setEndpoint(endpoint()).setCredentialsProvider(NoCredentialsProvider.create()).build());
    }

    public static ServiceUsageClient serviceUsageClient() throws IOException {
        return ServiceUsageClient.create(ServiceUsageSettings.newHttpJsonBuilder()
                .setEndpoint(endpoint()).setCredentialsProvider(NoCredentialsProvider.create()).build());
    }

    public static SQLAdmin sqlAdminClient() {
        return new SQLAdmin.Builder(new NetHttpTransport(), GsonFactory.getDefaultInstance(), request -> {})
                .setApplicationName("peer").setRootUrl(endpoint() + "/").setServicePath("").build();
    }
}
