// The API's reference page. No inline script: the address of the document is on the element.
import SwaggerUI from "swagger-ui-dist/swagger-ui-bundle.js";

const holder = document.getElementById("swagger-ui");
SwaggerUI({ url: holder.dataset.url, domNode: holder, deepLinking: true, validatorUrl: null });
