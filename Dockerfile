# A keeper as a user without rights, on a root file system that may be read-only: `docker run --read-only --cap-drop ALL
# --tmpfs /tmp -v config:/config:ro -v data:/data keeper run --config /config/keeper.json`. Paths in /config/keeper.json point to
# /data for keystore and journal; http.listen must be 0.0.0.0:9464 to be seen from outside the container.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
# Both optional packages are forced: without one of them this fails, where a plain build would go on without it.
RUN dotnet publish src/Keeper.Host/Keeper.Host.csproj --configuration Release --output /app --nologo -p:UseNethereum=true -p:UsePrometheusNet=true

FROM mcr.microsoft.com/dotnet/aspnet:10.0
ENV DOTNET_EnableDiagnostics=0 \
    DOTNET_CLI_TELEMETRY_OPTOUT=1
RUN mkdir /data && chown $APP_UID /data
COPY --from=build /app /app
COPY --from=build /source/config /config
USER $APP_UID
WORKDIR /data
VOLUME /data
EXPOSE 9464
ENTRYPOINT ["dotnet", "/app/keeper.dll"]
CMD ["run", "--config", "/config/keeper.json"]
